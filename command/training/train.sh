#!/bin/bash
# train.sh PCAPLIFE MAKE_CAPTURE CAPTURES COUNTED PROFILE: has PCAPLIFE, which counts into the folder COUNTED, do what its
# users have it do, and puts what it counted into the folder PROFILE.
#
# What counts is which branches are taken more often than others, so a few seconds are enough: the captures of the
# sources are short, but have all that happens to connections; made ones have what there is much of in long captures.
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
pcaplife=$1 make_capture=$2 captures=$3 counted=$4 profile=$5

rm -rf -- "$counted" "$profile"
mkdir -p -- "$counted" "$profile"
made=$(mktemp -d)
trap 'rm -rf -- "$made"' EXIT
cd -- "$made"
ln -s -- "$pcaplife" pcaplife
ln -s -- "$captures" captures
"$make_capture" lives 3000 >lives
"$make_capture" flood 5000 >flood
"$make_capture" parallel 1000 >parallel
"$make_capture" one 30000 >one

# The same sources are to become the same bytes, so everything has the same address at each run: no environment, names
# of the same lengths, and no random addresses where the system lets us choose.
alike=(env -i)
! setarch --addr-no-randomize true 2>/dev/null || alike+=(setarch --addr-no-randomize)

# train EXPECTED WORD…: one run, which has to end with that exit code.
train() {
    local expected=$1 status=0
    shift
    "${alike[@]}" ./pcaplife "$@" </dev/null >output 2>said || status=$?
    [[ $status == "$expected" ]] || {
        echo "${0##*/}: $pcaplife $* ends with $status: $(tail -n 3 said)" >&2
        exit 1
    }
}

for kind in json csv zeek; do
    train 0 "$kind" lives flood parallel one
done
train 0 json --slim lives one
train 1 check lives flood
for kind in verdict json csv zeek ladder svg stat conn servers states counts; do
    train 0 "$kind" --quiet captures
done
train 0 json --quiet --where '.close == "reset"' captures

# An archive of two taps.
train 0 map --quiet --parts 2 -o streams --tap=a=lives --tap=b=flood,one
for kind in json csv zeek; do
    for part in 0 1; do
        train 0 reduce "$kind" --part $part -o "part$part" streams
    done
    train 0 result part0 part1
done

# gcc looks for the counts of an object by the object's name, where # stands for /: they get the names of pcaplife's
# objects, which lie one folder higher.
for file in "$counted"/*.gcda; do
    name=${file##*/}
    mv -- "$file" "$profile/${name/"#training#CMakeFiles#pcaplife_counting.dir#__#"/"#CMakeFiles#pcaplife.dir#"}"
done
touch "$profile/stamp"
