#!/bin/bash
# Debian 13's qemu-user cannot load plugins: it has no option -plugin.
#
# Debian 12's qemu-user 7.2 has -plugin and QEMU_PLUGIN.  Debian 13's 10.0 is
# linked static and built without plugins: the option is unknown, and QEMU_PLUGIN
# is taken no notice of, so the program runs, status 0, without the plugin and
# without a word.  A tool that sets the variable has to look whether its plugin was
# loaded.
#
# Version: qemu-user 10.0.13 (Debian 13).  Fails if that changes.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# unpack SUITE PACKAGE=VERSION...: Debian's packages, into $work/tree.  apt works
# on lists of its own, so it needs no root.
unpack() {
    local suite=$1 apt=$work/apt site package

    shift
    site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
        grep -m 1 '/debian/*$')
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$work/debs"
    echo "deb $site $suite main" >"$apt/sources.list"
    set -- -o APT::Sandbox::User= -o Acquire::Languages=none \
        -o Dir::Etc::sourcelist="$apt/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$apt" \
        -o Dir::State::status=/dev/null -o Dir::Cache="$apt" -- "$@"
    (
        cd "$work/debs"
        apt-get -q "${@:1:14}" update
        apt-get -q "${@:1:14}" download "${@:16}"
    ) >"$work/log" 2>&1 || { tail -n 5 "$work/log" && exit 2; }
    for package in "$work"/debs/*.deb; do
        dpkg-deb -x "$package" "$work/tree"
    done
}

# expect WHAT EXPECTED SEEN: fails if they differ.
expect() {
    echo "$1: $3"
    [ "$2" = "$3" ] || { echo "expected: $2" && exit 1; }
}

unpack trixie qemu-user=1:10.0.13+ds-0+deb13u1
qemu=$work/tree/usr/bin/qemu-x86_64
expect 'version' 'qemu-x86_64 version 10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)' \
    "$("$qemu" --version | head -n 1)"
expect 'lines of help on plugins' 0 "$("$qemu" --help | grep -ci plugin || true)"
status=0
QEMU_PLUGIN=$work/is-not-there.so "$qemu" /bin/true >"$work/said" 2>&1 || status=$?
expect 'status with QEMU_PLUGIN of no file' 0 "$status"
expect 'what it says' '' "$(cat "$work/said")"
