#!/bin/bash
# Valgrind executes `rep lods` once: the program computes something else.
#
# `rep lodsb` with a count of 8 loads eight bytes and ends with a count of 0 and
# the last byte.  Under Valgrind it loads the first byte, and the count stays 8:
# the prefix is not taken notice of.
#
# Needs gcc.  Version: Valgrind 3.19.0 (Debian 12); 3.24.0 (Debian 13) does the
# same.  Fails if that changes.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/packages.bash"

cat >"$work/lods.c" <<'END'
#include <stdio.h>

int main(void)
{
    static const char text[8] = "ABCDEFGH";
    const char *from = text;
    unsigned long count = 8, last = 0;

    asm volatile("rep lodsb"
                 : "+S"(from), "+c"(count), "+a"(last)
                 : "m"(text));
    printf("count %lu, moved by %d, last %c\n", count, (int)(from - text),
           (char)last);
    return 0;
}
END
gcc -static -o "$work/lods" "$work/lods.c"
expect 'the processor' 'count 0, moved by 8, last H' "$("$work/lods")"
unpack bookworm valgrind=1:3.19.0-1
expect 'Valgrind' 'count 8, moved by 1, last A' "$(
    VALGRIND_LIB=$work/tree/usr/libexec/valgrind \
        "$work/tree/usr/bin/valgrind.bin" -q --tool=none "$work/lods"
)"
