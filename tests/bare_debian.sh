#!/bin/bash
# tests/bare_debian.sh: the package pcaplife on a fresh Debian without Wireshark. It asks for no more than it
# needs, says of all captures what it says here, and follows tcpdump in a network of its own. SKIPPED unless
# TCPLIFE_VERSIONS is set (as for versions.sh), no root, no mmdebstrap, or no Debian can be made.
#
# tests/bare_debian.sh --inside: what clean_root.sh runs there.
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../tools/lib.sh"
cd -- "$ROOT"

skip() {
    echo "SKIPPED: $*"
    exit 77
}

CONNECTIONS=3
PATIENCE=600 # seconds: only what fails waits so long

# Each is closed by its client first.
converse() {
    perl -MIO::Socket::INET -e '
        my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die "no server: $!";
        for (1 .. shift) {
            my $client = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport) or die "no client: $!";
            my $accepted = $server->accept or die "nobody came: $!";
            $client->syswrite("question");
            shutdown($client, 1);
            1 while $accepted->sysread(my $read, 100);
            $accepted->syswrite("answer");
            close($accepted);
            1 while $client->sysread($read, 100);
            close($client);
        }' "$1"
}

follow_tcpdump() {
    local folder dump waited=0
    folder=$(mktemp -d)
    ip link set lo up
    tcpdump -U -i lo -w - tcp 2>"$folder/said" > >(pcaplife json --live --msl 1 - >"$folder/json") &
    dump=$!
    until grep -q '^listening on\|listening on lo' "$folder/said"; do
        sleep 0.1
        ((++waited < PATIENCE * 10)) || die "tcpdump does not capture: $(cat "$folder/said")"
    done
    converse "$CONNECTIONS"
    # While nothing else comes.
    until [[ $(grep -c '"close":"four-way","closed_by":"client"' "$folder/json") == "$CONNECTIONS" ]]; do
        sleep 0.1
        ((++waited < PATIENCE * 10)) || die "--live says $(cat "$folder/json")"
    done
    kill "$dump"
    wait "$dump" || true
    echo "ok: $CONNECTIONS connections while tcpdump captures"
}

case ${1:-} in
--inside)
    export DEBIAN_FRONTEND=noninteractive
    quietly apt-get -q -o Acquire::Retries=3 update || exit 75 # of the network
    quietly apt-get -y -q -o Acquire::Retries=3 --no-install-recommends install /root/carried/*.deb || die "the package cannot be installed (see above)"
    ! dpkg-query -W -f='${Package}\n' | grep -E '^(wireshark.*|tshark|libwireshark[0-9].*)$' ||
        die "the package brings Wireshark"
    pcaplife json captures >/root/json || die "pcaplife json captures ends with $?"
    cmp /root/carried/json /root/json || die "pcaplife says something else of captures/ here"
    echo "ok: $(wc -l </root/json) connections of captures/, without Wireshark"
    exec unshare --net tests/bare_debian.sh --in-own-network
    ;;
--in-own-network)
    follow_tcpdump
    exit
    ;;
esac

[[ -n ${TCPLIFE_VERSIONS:-} ]] || skip "it takes a minute; to run it: TCPLIFE_VERSIONS=1 tests/bare_debian.sh"
[[ -z ${TCPLIFE_CLEAN_ROOT:-} ]] || skip "this is a fresh Debian already"
[[ $(id -u) == 0 ]] || skip "only root can make another Debian"
command -v mmdebstrap >/dev/null || skip "mmdebstrap is not installed"
unshare --mount --pid --fork true 2>/dev/null || skip "this machine has no mount namespaces to give"
# The package is for the libwiretap of this Debian.
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[[ -n $suite ]] || skip "this is no Debian with a name"

carried=$(mktemp -d)
trap 'rm -rf -- "$carried"' EXIT
build_packaged_command
(cd -- "$PACKAGED" && quietly cpack -G DEB -D TCPLIFE_PACKAGE=command -B "$carried/made") || die "cpack failed (see above)"
mkdir "$carried/files"
mv -- "$carried"/made/*.deb "$carried/files"
"$BUILD/command/pcaplife" json captures >"$carried/files/json"
status=0
TCPLIFE_INCLUDE=tcpdump,iproute2 TCPLIFE_CARRY=$carried/files tests/clean_root.sh "$suite" tests/bare_debian.sh --inside || status=$?
[[ $status != 75 ]] || skip "$suite could not be made (see above)"
exit "$status"
