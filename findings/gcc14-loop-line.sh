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
. "$(dirname "$0")/packages.bash"

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
