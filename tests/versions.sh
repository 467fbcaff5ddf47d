#!/bin/bash
# tests/versions.sh [SUITE…]: the tests that depend on Wireshark's version, each with a fresh Debian's own:
# trixie has 4.4, forky 4.6. SKIPPED unless TCPLIFE_VERSIONS is set in the environment (.ci/run sets it), no root, no
# mmdebstrap or no mirror with that Debian. Of the stored captures it reads the golden files only, and of the
# command it tests what libwiretap has a part in, unless TCPLIFE_VERSIONS=all (tools/release-tests): then everything.
#
# tests/versions.sh --inside 1|all: what clean_root.sh runs there: builds it, warnings are errors, and tests it.
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../tools/lib.sh"

skip() {
    echo "SKIPPED: $*"
    exit 77
}

# Not there: what does not depend on Wireshark's version (analysis, compilers, layers), what takes minutes and
# compares our own numbers with each other (sanitizers, lab, statistics), what would install a desktop
# (gui), and this one. A new test is run there without being named.
ELSEWHERE='^(analysis|compilers|layers|model|fuzz[.]mutated[.].*|editcap_fuzz|leaks|sanitizers|lab|statistics|gui|versions)$'

# No Debian could be made, or its packages not be fetched: that says nothing about tcplife.
NO_DEBIAN=75

if [[ ${1:-} == --inside ]]; then
    (need "${BUILD_PACKAGES[@]}" tshark wireshark-common libcmocka-dev parallel python3 jq binutils dpkg-dev file iproute2 man-db \
        libxml2-utils python3-junitparser python3-yaml) ||
        exit "$NO_DEBIAN"
    quietly cmake -S "$ROOT" -B "$BUILD" -DTCPLIFE_WERROR=ON || die "cmake could not configure (see above)"
    build all
    tshark --version | head -n 1
    status=0
    if [[ ${2:-} != all ]]; then
        ELSEWHERE+='|^capture[.]|^(command[.](check|choice|joined|completion|live)|package[.]command)$|^ci$'
        python3 tests/golden.py || status=$?
    fi
    ctest --test-dir "$BUILD" --output-on-failure -j "$(nproc)" -E "$ELSEWHERE" </dev/null || status=$?
    exit "$status"
fi

[[ $# != 0 ]] || set -- trixie forky
[[ -n ${TCPLIFE_VERSIONS:-} ]] || skip "it takes minutes; to run it: TCPLIFE_VERSIONS=1 tests/versions.sh"
[[ -z ${TCPLIFE_CLEAN_ROOT:-} ]] || skip "this is such a fresh Debian already"
[[ $(id -u) == 0 ]] || skip "only root can make another Debian"
command -v mmdebstrap >/dev/null || skip "mmdebstrap is not installed"
unshare --mount --pid --fork true 2>/dev/null || skip "this machine has no mount namespaces to give"
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1)
[[ -n $mirror ]] || skip "apt knows no mirror of Debian"
for suite in "$@"; do
    release=$(mktemp)
    status=0
    quietly /usr/lib/apt/apt-helper download-file "${mirror%/}/dists/$suite/InRelease" "$release" || status=$?
    rm -f "$release"
    [[ $status == 0 ]] || skip "$mirror has no $suite"
done

# Side by side: while the packages of one are unpacked, the other one's tests have the second processor. The time limit
# is in there: clean_root.sh lives to remove the tree.
logs=$(mktemp -d)
trap 'rm -rf -- "$logs"' EXIT
declare -A running
for suite in "$@"; do
    "$ROOT/tests/clean_root.sh" "$suite" timeout -k 30 3000 tests/versions.sh --inside "$TCPLIFE_VERSIONS" \
        >"$logs/$suite" 2>&1 &
    running[$suite]=$!
done
failed=() unmade=()
for suite in "$@"; do
    status=0
    wait "${running[$suite]}" || status=$?
    echo "== $suite"
    cat -- "$logs/$suite"
    case $status in
    0) ;;
    "$NO_DEBIAN") unmade+=("$suite") ;;
    *) failed+=("$suite") ;;
    esac
done
[[ ${#failed[@]} == 0 ]] || die "failed: ${failed[*]} (see above)"
[[ ${#unmade[@]} == 0 ]] || skip "could not be made: ${unmade[*]} (see above)"
echo "ok: $*"
