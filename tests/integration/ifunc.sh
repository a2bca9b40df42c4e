#!/bin/bash
# A function that a resolver chooses as the program starts (IFUNC) is found by
# its name: what runs, not the resolver.
. "$TEST_ROOT/tests/lib.sh"

# stores FILE DUMP OPTIONS...
stores() {
    accesses "$@" | grep -c '^W' || true
}

# finds ARCH FLAGS...
finds() {
    local arch=$1 what="$*" all
    shift
    "$(cross_cc "$arch")" -g -O1 "$@" -o ifunc "$TEST_ROOT/tests/guests/ifunc.c"
    record "$arch" all.data --force -- ./ifunc 2>record.txt ||
        fail "$what: $(cat record.txt)"
    equal "$what: dump --function" 200 \
        "$(stores all.data --symbol counted --function chosen)"
    record "$arch" few.data --force --function=chosen -- ./ifunc \
        2>record.txt || fail "$what: $(cat record.txt)"
    equal "$what: record --function" 200 "$(stores few.data --symbol counted)"
    record "$arch" few.data --force --start-at=chosen -- ./ifunc \
        2>record.txt || fail "$what: $(cat record.txt)"
    # Not from the resolver on.
    "$MEMTRACE" dump --symbols --limit 1 few.data >first.txt
    has first.txt ' function=one '
    equal "$what: record --start-at" 200 "$(stores few.data --symbol counted)"
    all=$(stores all.data --symbol copied_to)
    # Its memcpy() stores by mvc, of which QEMU shows nothing.
    [ "$arch" != s390x ] || return 0
    [ "$all" -gt 0 ] || fail "$what: nothing is copied"
    equal "$what: dump --function memcpy" "$all" \
        "$(stores all.data --symbol copied_to --function memcpy)"
    record "$arch" few.data --force --function=memcpy -- ./ifunc \
        2>record.txt || fail "$what: $(cat record.txt)"
    equal "$what: record --function memcpy" "$all" \
        "$(stores few.data --symbol copied_to)"
}

for arch in $(of_guests x86_64 aarch64 i386 ppc64le s390x); do
    finds "$arch" -static
    finds "$arch" -fPIE -pie
done
