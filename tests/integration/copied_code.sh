#!/bin/bash
# Code that a program puts on anonymous memory, for huge pages, keeps its names
# while its bytes are the file's: for the filters of record, for whoever reads
# the trace, and in info.
. "$TEST_ROOT/tests/lib.sh"

# stores FILE DUMP OPTIONS...: how many, of the size that hot() makes.
stores() {
    accesses "$@" | grep -c '^W 0x[0-9a-f]* 4$' || true
}

# stays ARCH WAY EXPECTED VARIANT: stores of hot() that are found.
stays() {
    local arch=$1 way=$2 expected=$3 variant=$4
    local program=./huge_text$variant

    for filter in --function=hot "--module=*/huge_text$variant" \
        '--source=*huge_text.c'; do
        record "$arch" few.data --force "$filter" -- "$program" "$way" \
            2>record.txt || fail "$(cat record.txt)"
        equal "$arch$variant $way: record $filter" "$expected" \
            "$(stores few.data --symbol counted)"
    done
    record "$arch" all.data --force -- "$program" "$way" 2>record.txt ||
        fail "$(cat record.txt)"
    equal "$arch$variant $way: everything" 200 \
        "$(stores all.data --symbol counted)"
    equal "$arch$variant $way: dump --function" "$expected" \
        "$(stores all.data --symbol counted --function hot)"
    "$MEMTRACE" info --top 0 all.data >info.txt
    [ "$expected" = 100 ] ||
        has info.txt "r-x +[48].0 KiB 0x[0-9a-f]*000 .*/huge_text$variant\$"
}

for arch in $(of_guests x86_64 aarch64); do
    for flags in '-pie -fPIE' '-static -fno-pie -no-pie'; do
        variant=${flags%% *}
        # shellcheck disable=SC2086 # options
        "$(cross_cc "$arch")" -g -O1 $flags -D_GNU_SOURCE \
            -o "huge_text$variant" "$TEST_ROOT/tests/guests/huge_text.c"
        stays "$arch" copy 200 "$variant"
        stays "$arch" move 200 "$variant"
        stays "$arch" away 200 "$variant"
        stays "$arch" change 100 "$variant"
    done
done
