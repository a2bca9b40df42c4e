#!/bin/bash
# gcc 14 gives the body of a loop the line of the `for`.
#
# A loop has `for (...)` on one line and `counter++;` on the next.  At -O2 gcc 12
# gives the addition the line of `counter++`.  gcc 14 writes that line's row, but
# the row of the `for` follows at the same address: all instructions have the line
# of the `for`.  Whoever compares lines with the source has to accept both.
#
# Needs gcc-12 and binutils.  Version: gcc 12.2.0 (Debian 12), gcc 14.2.0 (Debian
# 13).  Fails if that changes.
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

expect 'gcc 12' 12.2.0 "$(gcc-12 -dumpfullversion)"
unpack trixie gcc-14-x86-64-linux-gnu=14.2.0-19 libc6=2.41-12+deb13u5 \
    cpp-14-x86-64-linux-gnu=14.2.0-19 libgcc-14-dev=14.2.0-19 zlib1g libzstd1 \
    libgmp10 libmpfr6 libmpc3 libisl23
lib=$work/tree/usr/lib/x86_64-linux-gnu
cat >"$work/count.c" <<'END'
static long counter;

long count(int n)
{
    for (int i = 0; i < n; i++)
        counter++;
    return counter;
}
END

# is_line COMPILER...: has any instruction of count() the line of counter++?
is_line() {
    "$@" -O2 -g -S -o "$work/count.s" "$work/count.c"
    as -o "$work/count.o" "$work/count.s"
    objdump -dl --disassemble=count "$work/count.o" |
        awk '/count\.c:6( |$)/ { n++ } END { print (n > 0 ? "yes" : "no") }'
}

expect 'gcc 12: an instruction has the line' yes "$(is_line gcc-12)"
expect 'gcc 14: an instruction has the line' no "$(is_line \
    "$work/tree/usr/lib64/ld-linux-x86-64.so.2" \
    --library-path "$lib" "$work/tree/usr/bin/x86_64-linux-gnu-gcc-14" \
    -wrapper "$work/tree/usr/lib64/ld-linux-x86-64.so.2,--library-path,$lib")"
