#!/bin/bash
# qemu-ppc64le 7.2: a 16-byte store conditional (stqcx.) never succeeds.
#
# `stqcx.` follows its `lqarx` at once, on memory that nobody else has, 1,000
# times, and stores in none of them; `stdcx.` after `ldarx` stores in each.  A
# program that repeats it until it succeeds, as 16-byte atomics of C do, does not
# end.  This one does not repeat.
#
# Needs powerpc64le-linux-gnu-gcc.  Version: qemu-user 7.2 (Debian 12).  Fails if
# that changes.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/packages.bash"

unpack bookworm qemu-user=1:7.2+dfsg-7+deb12u18+b3
cat >"$work/pair.c" <<'END'
#include <stdio.h>

#define STORED(load, store, address)                                           \
    ({                                                                         \
        int stored;                                                            \
        asm volatile(load " 8, 0, %1\n" store " 8, 0, %1\n"                    \
                          "mfcr %0\nrlwinm %0, %0, 3, 31, 31"                  \
                     : "=r"(stored)                                            \
                     : "r"(address)                                            \
                     : "r8", "r9", "cr0", "memory");                           \
        stored;                                                                \
    })

int main(void)
{
    static __attribute__((aligned(16))) long pair[2];
    int n16 = 0, n8 = 0;

    for (int i = 0; i < 1000; i++) {
        n16 += STORED("lqarx", "stqcx.", pair);
        n8 += STORED("ldarx", "stdcx.", pair);
    }
    printf("stqcx. %d, stdcx. %d of 1000\n", n16, n8);
    return 0;
}
END
powerpc64le-linux-gnu-gcc -O1 -static -mcpu=power8 -o "$work/pair" "$work/pair.c"
for cpu in power8 power9; do
    expect "$cpu" 'stqcx. 0, stdcx. 1000 of 1000' \
        "$("$work/tree/usr/bin/qemu-ppc64le" -cpu $cpu "$work/pair")"
done
