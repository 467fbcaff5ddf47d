#!/bin/bash
# tests/newcomer.sh: what somebody does who installs the .deb, on a machine where it may be installed and
# removed, as in `tests/clean_root.sh bookworm tests/newcomer.sh`: apt-get installs it, Wireshark shows
# plugin, dialogs and profile from there, apt-get purges it, and the system is as it was before.
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../tools/lib.sh"

[[ $(id -u) == 0 ]] || die "needs root"
package=$("$ROOT/tools/package")
need tshark wireshark iproute2 xvfb openbox xdotool imagemagick dbus-daemon at-spi2-core gir1.2-atspi-2.0 python3 python3-gi man-db

# Every file of the system but what apt-get itself keeps.
files() {
    find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /run -o -path "$ROOT" -o -path /var/lib/apt \
        -o -path /var/lib/dpkg -o -path /var/cache -o -path /var/log \) -prune -o -printf '%p %y %s %l\n' | sort
}

# tools/show: of a pipe, a folder, a file that may not be read.
shown=$("$ROOT/tools/show" - <"$ROOT/captures/last_ack_lost.pcap" 2>/dev/null)
[[ $shown == "standard input"*"Connection 0:"*"What a person should look at:"*"frame 14: note: "* ]] || die "tools/show - shows: $shown"
! shown=$("$ROOT/tools/show" /usr 2>&1) && [[ $shown == *"this is a folder"* ]] || die "tools/show of a folder says: $shown"

# Without a network tools/show names it, and fails.
! shown=$(unshare --net bash -c '. "$1/tools/lib.sh"; as_root=(); apt_install cowsay' newcomer "$ROOT" 2>&1) &&
    [[ $shown == *"the network is in the way"* ]] || die "without a network: $shown"

before=$(files)
quietly apt-get -y -q install --no-install-recommends "$package" || die "apt-get could not install $package"
as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent)
prove_loaded /usr/lib "${as_user[@]}" tshark
man tcplife >/dev/null || die "there is no manual page"
# (Root's own folder is closed to others.)
clone=$(mktemp -d /tmp/newcomer.XXXXXX)
cp -r -- "$ROOT/tools" "$clone" && chmod -R a+rX "$clone"
! shown=$("${as_user[@]}" HOME="$clone" "$clone/tools/install" --user 2>&1) &&
    [[ $shown == *"remove it first: sudo apt-get purge tcplife"* ]] || die "tools/install --user beside the .deb says: $shown"
TCPLIFE_INSTALLED=1 python3 "$ROOT/tests/gui.py" plugin profile statistics
quietly apt-get -y -q purge tcplife || die "apt-get could not remove the package"
left=$(diff <(echo "$before") <(files)) || die "not as it was before:"$'\n'"$left"
echo "ok: installed, shown and removed without a trace: ${package##*/}"
