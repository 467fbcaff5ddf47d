# What the tools share. Sourced by bash, not run.
#
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${TCPLIFE_BUILD:-$ROOT/build}
STAGE=

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# become_root WHY: sets `as_root` to the words that run a command as root.
become_root() {
    as_root=()
    [[ $(id -u) != 0 ]] || return 0
    command -v sudo >/dev/null || die "$1 needs root, and sudo is not installed: run this as root"
    as_root=(sudo)
}

# Runs a command silently; what it said is shown only if it fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" </dev/null >"$log" 2>&1 || status=$?
    [[ $status == 0 ]] || cat "$log" >&2
    rm -f "$log"
    return "$status"
}

# patiently WHAT COMMAND…: runs it silently, too, but says what is done if that takes longer than people wait for nothing.
patiently() {
    local what=$1 timer status=0
    shift
    { read -rt 3 <> <(:) || echo "$what …" >&2; } & timer=$!
    quietly "$@" || status=$?
    kill "$timer" 2>/dev/null || true
    wait "$timer" 2>/dev/null || true
    return "$status"
}

# What apt-get says when it does not reach where packages are.
NO_NETWORK='resolving|resolve|[Cc]onnect|unreachable|timed out|Failed to fetch'

# apt_install PACKAGE…: with `as_root`. It says what went wrong if something does.
apt_install() {
    local log status=0
    # wireshark-common asks who may capture packets; nobody needs to answer.
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
        apt-get -y -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
    log=$(mktemp)
    { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$@"; } </dev/null >"$log" 2>&1 || status=$?
    if [[ $status != 0 ]]; then
        grep -E '^[EW]:' "$log" >&2 || cat "$log" >&2
        if grep -Eq "^[EW]:.*($NO_NETWORK)" "$log"; then
            rm -f "$log"
            die "the network is in the way: Debian's packages cannot be fetched (see above), and $* must be installed"
        fi
        rm -f "$log"
        die "apt-get could not install $* (see above)"
    fi
    rm -f "$log"
}

# need PACKAGE…: installs what is missing of these Debian packages. Where nothing is missing it
# asks dpkg once and touches nothing.
need() {
    local package missing=() installed
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        for package in cmake cc tshark; do
            command -v "$package" >/dev/null || die "$package is not installed, and this system has no" \
                "apt-get to install it with; what is needed, by Debian's package names: $*"
        done
        return 0
    fi
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p')
    for package in "$@"; do
        grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
    done
    [[ ${#missing[@]} != 0 ]] || return 0
    become_root "installing ${missing[*]}"
    echo "installing ${missing[*]} (this may take minutes) …" >&2
    apt_install "${missing[@]}"
}

BUILD_PACKAGES=(cmake gcc libc6-dev libglib2.0-dev libjq-dev libzstd-dev make pkg-config wireshark-dev)

# What the HTML report's page is built with. Not Debian's packages where the commands are there: others have npm, too.
need_report_tools() {
    if ! command -v npm >/dev/null || ! { command -v node || command -v nodejs; } >/dev/null; then
        need nodejs npm
    fi
}

# configure FOLDER [CMAKE'S OPTION…]: a build folder.
configure() {
    local folder=$1 cache=$1/CMakeCache.txt
    shift
    if [[ -e $cache ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$ROOT" "$cache"; then
        rm -rf "$cache" "$folder/CMakeFiles" "$folder/sanitized" # made for another place: the folder was moved or copied
    fi
    patiently "configuring the build in $folder" cmake -S "$ROOT" -B "$folder" "$@" || die "cmake could not configure $folder (see above)"
}

# build TARGET [CMAKE'S OPTION…]: builds it, or what changed of it.
build() {
    local target=$1
    shift
    configure "$BUILD" "$@"
    patiently "building (the first time this takes a minute or more)" \
        cmake --build "$BUILD" --target "$target" -j "$(nproc)" || die "the build failed (see above)"
    compgen -G "$BUILD/plugins/*/epan/tcplife.so" >/dev/null ||
        die "the plugin was not built: cmake did not find Wireshark's development files (wireshark-dev)"
}

# The command as its package has it, which takes twice as long to build as the everyday one (cmake/profile_guided.cmake).
# cpack in that folder packs what was built, and builds nothing else.
PACKAGED=$BUILD/packaged
build_packaged_command() {
    configure "$PACKAGED" -DTCPLIFE_PROFILE_GUIDED=ON -DBUILD_TESTING=OFF -DCMAKE_SKIP_INSTALL_ALL_DEPENDENCY=ON
    [[ -d $PACKAGED/command ]] ||
        die "the command cannot be built: cmake did not find the development files of Wireshark, libjq or libzstd"
    patiently "building the command, training it on captures and building it again (this takes minutes)" \
        cmake --build "$PACKAGED" --target pcaplife -j "$(nproc)" || die "the build failed (see above)"
}

# A temporary folder that everybody can read, with the plugin in it; gone when the tool ends. As
# root Wireshark loads no plugin from a build folder, so tshark then runs as an unprivileged user,
# who can look neither into root's folders nor into a build folder there.
stage() {
    STAGE=$(mktemp -d /tmp/tcplife.XXXXXX)
    trap 'rm -rf -- "$STAGE"' EXIT
    cp -r -- "$BUILD/plugins" "$STAGE/plugins"
    mkdir "$STAGE/home"
    chmod -R u+rwX,go+rX "$STAGE"
    as_user=()
    if [[ $(id -u) == 0 ]]; then
        as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
        chown 65534:65534 "$STAGE/home"
    fi
    # An empty HOME: a second copy of the plugin there might be loaded instead, preferences would change the output.
    tshark=("${as_user[@]}" env HOME="$STAGE/home" XDG_CONFIG_HOME="$STAGE/home/.config"
        WIRESHARK_PLUGIN_DIR="$STAGE/plugins" tshark)
    prove_loaded "$STAGE/plugins" "${tshark[@]}"
}

# prove_loaded FOLDER TSHARK…: that this tshark loads our plugin from this folder.
prove_loaded() {
    local folder=$1 listed
    shift
    listed=$("$@" -G plugins 2>&1) || die "tshark does not start: $(grep -v '^Running as' <<<"$listed" | head -n 3)"
    grep -qF "$folder" <<<"$(grep '^tcplife' <<<"$listed")" ||
        die "tshark does not load the plugin from $folder (tshark -G plugins does not list it)"
}

# plugin_folder personal|global: where this machine's Wireshark looks for dissector plugins.
plugin_folder() {
    local folder
    folder=$(tshark -G folders 2>/dev/null | sed -n "s/^${1^} Plugins:[[:space:]]*//p")
    [[ -n $folder ]] || die "tshark -G folders names no folder for $1 plugins"
    echo "$folder/epan"
}

# profile_folder personal|global: the same for configuration profiles.
profile_folder() {
    local folder
    folder=$(tshark -G folders 2>/dev/null | sed -n "s/^${1^} configuration:[[:space:]]*//p")
    [[ -n $folder ]] || die "tshark -G folders names no folder for the $1 configuration"
    echo "$folder/profiles"
}

# manual_folder personal|global: where man(1) looks for manual pages, for you where ~/.local/bin is in PATH.
manual_folder() {
    if [[ $1 == personal ]]; then echo "$HOME/.local/share/man/man7"; else echo /usr/local/share/man/man7; fi
}

# how_to_remove FILE personal|global: the command that does, by whoever put it there.
how_to_remove() {
    local package
    package=$(dpkg-query -S "$1" 2>/dev/null) || package=
    if [[ -n $package ]]; then
        echo "sudo apt-get purge ${package%%[:,]*}"
    elif [[ $2 == personal ]]; then
        echo "tools/uninstall --user"
    else
        echo "tools/uninstall --system"
    fi
}

# choose_where [--user|--system]: sets `where` to personal or global; root's default is global.
choose_where() {
    [[ $# -le 1 ]] || die "usage: ${0##*/} [--user|--system]"
    case ${1:-} in
    --user) where=personal ;;
    --system) where=global ;;
    '') if [[ $(id -u) == 0 ]]; then where=global; else where=personal; fi ;;
    *) die "usage: ${0##*/} [--user|--system]" ;;
    esac
    [[ $where != personal || $(id -u) != 0 ]] ||
        die "as root Wireshark loads no personal plugins; run this as the user who will use it, or with --system"
}
