#!/bin/bash
# tests/clean_root.sh [SUITE [COMMAND…]]: runs .ci/run, or the command, on a fresh Debian with nothing
# but git in it (SUITE: bookworm by default; trixie, forky … for newer Wiresharks). Needs root and mmdebstrap.
# Instead of git it has the packages that TCPLIFE_INCLUDE names; what is in the folder TCPLIFE_CARRY is in /root/carried.
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
suite=${1:-bookworm}
shift || true
[[ $# != 0 ]] || set -- .ci/run
[[ $(id -u) == 0 ]] || { echo "clean_root.sh: needs root" >&2; exit 1; }

# The mirror is the one this machine's own apt uses.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1)
tree=$(mktemp -d /var/tmp/tcplife-clean.XXXXXX)
trap 'rm -rf --one-file-system -- "$tree" "$tree.log"' EXIT
make_tree() {
    mmdebstrap --variant=apt --include="${TCPLIFE_INCLUDE-git}" --aptopt='Acquire::Check-Valid-Until "false"' \
        --aptopt='Acquire::Retries "3"' "$suite" "$tree" "$mirror" >"$tree.log" 2>&1
}
# A second time, because a mirror may be changed while it is read.
make_tree || {
    tail -n 20 "$tree.log" >&2
    find "$tree" -xdev -mindepth 1 -delete
    make_tree
} || {
    status=$?
    tail -n 20 "$tree.log" >&2
    echo "clean_root.sh: mmdebstrap could not make $suite: $status" >&2
    exit 75 # EX_TEMPFAIL: try again some time
}

# The sources as a clone has them, in root's own folder.
mkdir -p "$tree/root/main"
git -C "$root" ls-files -z --cached --others --exclude-standard | tar -C "$root" --null -T - -c |
    tar -C "$tree/root/main" --no-same-owner -x

# What npm trusts here beyond what it brings along, a proxy's certificate for example, it trusts there.
certificates=
if [[ -r ${NODE_EXTRA_CA_CERTS:-} ]]; then
    certificates=/root/node_extra_ca_certs.pem
    cp -- "$NODE_EXTRA_CA_CERTS" "$tree$certificates"
fi
[[ -z ${TCPLIFE_CARRY:-} ]] || cp -r -- "$TCPLIFE_CARRY" "$tree/root/carried"

# The mounts are gone with the namespace. Its first process is the shell: not every program (timeout) can be.
unshare --mount --pid --fork bash -c '
    tree=$1 certificates=$2
    shift 2
    mount -t proc proc "$tree/proc"
    mount --rbind /dev "$tree/dev"
    exec chroot "$tree" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        HOME=/root CI=true TCPLIFE_CLEAN_ROOT=1 ${certificates:+NODE_EXTRA_CA_CERTS="$certificates"} bash -c "cd /root/main && \"\$@\"; exit \$?" bash "$@"
' bash "$tree" "$certificates" "$@" </dev/null
