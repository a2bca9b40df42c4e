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
