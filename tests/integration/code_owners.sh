#!/bin/bash
# Whose code is whose in static programs without source lines, as their linkers
# make them: functions of the program that have a name which libc has as well,
# or that start as one of libc's does, are the program's; libc's are libc's.
# No guest runs.
. "$TEST_ROOT/tests/lib.sh"

ask=$HELPERS/ask_symbols
source=$TEST_ROOT/tests/races/libc_names.c

# names LIST: of the functions that the source makes of it.
names() {
    awk -v list="$1" '
        $2 == list "(X)" { is_in = 1; next }
        is_in && /^    X\(/ { print; next }
        { is_in = 0 }' "$source" | grep -o 'X([A-Za-z0-9_]*)' | sed 's/X(//; s/)//'
}

# owners ARCH FILE: "NAME CLASS RULE" of each function.
owners() {
    local compiler
    compiler=$(cross_cc "$1")
    "${compiler%gcc}nm" --defined-only "$2" |
        awk '$2 ~ /^[tTwWiI]$/ && $3 !~ /^\$/ { print "owner " $1 }' |
        "$ask" file "$2" | sort -u
}

# classes_of NAME: as owners has them.
classes_of() {
    awk -v name="$1" '$1 == name { print $2 }' owners.txt | sort -u | xargs
}

# is_of CLASS NAME...: all of them.
is_of() {
    local class=$1 name
    shift
    for name; do
        equal "$what: $name()" "$class" "$(classes_of "$name")"
    done
}

n=0
# build ARCH FLAGS...: makes owners.txt.
build() {
    local arch=$1
    shift
    what="$arch $*"
    "$(cross_cc "$arch")" -O0 -g0 -DRACY -D_GNU_SOURCE -pthread -static "$@" \
        -o program "$source" || fail "$what: libc_names.c does not build"
    owners "$arch" program >owners.txt
    n=$((n + 1))
}

# common NAME...: what only the program has; these, which libc may have, too;
# and what libc has in each program.
common() {
    local name
    # A word a name.
    # shellcheck disable=SC2046
    is_of user $(names LIKE) $(names LOOK) main together
    for name in $(names SAME) "$@"; do
        [[ $(classes_of "$name") =~ ^(internal )?user$ ]] ||
            fail "$what: $name() is '$(classes_of "$name")'"
    done
    # Of names for one place others may be shown.
    is_of internal _int_malloc _int_free exit abort _IO_new_file_write
    is_of loader _dl_relocate_object
}

[ "$(names LIKE | wc -l)" -gt 100 ] || fail "no names in $source"
# shellcheck disable=SC2086 # a word a guest
for arch in $(of_guests $TEST_GUESTS); do
    build "$arch"
    # GNU ld says of which object they are: the program's, or libc's.
    # shellcheck disable=SC2046 # a word a name
    common $(names HERE)
    is_of 'internal user' start_thread new_heap arena_get2
done
# Where the linker does not say, these may be libc's.
if [[ " $TEST_GUESTS " = *" x86_64 "* ]] && command -v ld.lld >ld.txt; then
    build x86_64 -fuse-ld=lld
    common
    # shellcheck disable=SC2046 # a word a name
    is_of internal $(names HERE)
fi
echo "$n programs"
