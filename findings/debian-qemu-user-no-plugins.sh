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
. "$(dirname "$0")/packages.bash"

unpack trixie qemu-user=1:10.0.13+ds-0+deb13u1
qemu=$work/tree/usr/bin/qemu-x86_64
expect 'version' 'qemu-x86_64 version 10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)' \
    "$("$qemu" --version | head -n 1)"
expect 'lines of help on plugins' 0 "$("$qemu" --help | grep -ci plugin || true)"
status=0
QEMU_PLUGIN=$work/is-not-there.so "$qemu" /bin/true >"$work/said" 2>&1 || status=$?
expect 'status with QEMU_PLUGIN of no file' 0 "$status"
expect 'what it says' '' "$(cat "$work/said")"
