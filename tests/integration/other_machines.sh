#!/bin/bash
# Programs for machines that memtrace does not know, or not in that class or
# byte order: what it says of them.  Only their ELF headers are made.
. "$TEST_ROOT/tests/lib.sh"

# little SIZE NUMBER, big SIZE NUMBER: print its bytes.
little() {
    for ((i = 0; i < $1; i++)); do
        printf '%b' "\\x$(printf %02x $((($2 >> 8 * i) & 255)))"
    done
}
big() {
    for ((i = $1 - 1; i >= 0; i--)); do
        printf '%b' "\\x$(printf %02x $((($2 >> 8 * i) & 255)))"
    done
}

# header BITS ORDER MACHINE
header() {
    local word=$(($1 / 8))
    printf '\x7fELF%b%b\x01\0\0\0\0\0\0\0\0\0' "\\x0$(($1 / 32))" \
        "$([ "$2" = little ] && echo '\x01' || echo '\x02')"
    "$2" 2 2 && "$2" 2 "$3" && "$2" 4 1
    "$2" $word 0 && "$2" $word 0 && "$2" $word 0
    "$2" 4 0 && "$2" 2 $((40 + 3 * (word - 4))) && "$2" 2 0 && "$2" 2 0
    "$2" 2 0 && "$2" 2 0 && "$2" 2 0
}

# refused BITS ORDER MACHINE WORDS
refused() {
    header "$1" "$2" "$3" >program
    chmod +x program
    "$MEMTRACE" record -o trace ./program >out.txt 2>err.txt && fail "$*: recorded"
    equal "$1-bit $2-endian machine $3" \
        "memtrace: ./program: a $1-bit $2-endian program for ELF machine $3, $4" \
        "$(cat err.txt)"
}

refused 64 big 183 'of which only aarch64 (64-bit, little-endian) is known here'
refused 32 little 183 'of which only aarch64 (64-bit, little-endian) is known here'
refused 32 little 62 'of which only x86_64 (64-bit, little-endian) is known here'
refused 32 big 8 'of which only mips64el (64-bit, little-endian) is known here'
refused 32 big 2 'which is not known here'

# What ends within its header is not called something else.
head -c 30 program >half && chmod +x half
"$MEMTRACE" record -o trace ./half >out.txt 2>err.txt && fail "recorded"
equal "lines said of it" 1 "$(wc -l <err.txt)"
