#!/bin/bash
# libdw finds no location of any variable of a Go program.
#
# Go 1.19 writes DWARF 4, and the locations of variables in the form DW_FORM_block1,
# which DWARF 4 no longer has for them (it has DW_FORM_exprloc).  binutils read
# them all the same.  dwarf_getlocation() of elfutils 0.188 refuses each: "not a
# location list value".  Who uses libdw has to read the block.
#
# Needs gcc and readelf.  Version: Go 1.19.8, elfutils 0.188
# (Debian 12).  Fails if that changes.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/packages.bash"

unpack bookworm golang-1.19-go=1.19.8-2 golang-1.19-src=1.19.8-2 \
    libdw1=0.188-2.1 libdw-dev=0.188-2.1 libelf1=0.188-2.1 \
    libelf-dev=0.188-2.1
cat >"$work/main.go" <<'END'
package main

var Counter int

func main() { Counter++; println(Counter) }
END
cat >"$work/locations.c" <<'END'
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    Dwarf *dwarf = dwarf_begin(open(argv[argc - 1], O_RDONLY), DWARF_C_READ);
    Dwarf_Off offset = 0, next;
    size_t size, n_ops;
    int n = 0, n_block1 = 0, n_located = 0;

    while (dwarf_nextcu(dwarf, offset, &next, &size, NULL, NULL, NULL) == 0) {
        Dwarf_Die unit, die;
        int ends = !dwarf_offdie(dwarf, offset + size, &unit) ||
                   dwarf_child(&unit, &die) != 0;

        for (; !ends; ends = dwarf_siblingof(&die, &die) != 0) {
            Dwarf_Attribute location;
            Dwarf_Op *ops;

            if (dwarf_tag(&die) == DW_TAG_variable &&
                dwarf_attr(&die, DW_AT_location, &location)) {
                n++;
                n_block1 += dwarf_whatform(&location) == DW_FORM_block1;
                n_located += dwarf_getlocation(&location, &ops, &n_ops) == 0;
            }
        }
        offset = next;
    }
    printf("%d located%s\n", n_located,
           n > 100 && n_block1 == n ? ", all of block1" : "");
    return 0;
}
END
export GOROOT=$work/tree/usr/lib/go-1.19 GOCACHE=$work/cache GO111MODULE=off
export HOME=$work
(cd "$work" && "$GOROOT/bin/go" build -o main main.go)
lib=$work/tree/usr/lib/x86_64-linux-gnu
gcc -I"$work/tree/usr/include" -o "$work/locations" "$work/locations.c" \
    "$lib/libdw.so.1" -Wl,-rpath,"$lib" -Wl,-rpath-link,"$lib"
expect 'readelf' '(DW_OP_addr' "$(readelf --debug-dump=info "$work/main" \
    2>"$work/log" | grep -A 4 'main\.Counter' | grep -o '(DW_OP_addr')"
expect 'libdw' '0 located, all of block1' "$("$work/locations" "$work/main")"
