# The numbers in plugin/arch are those of the kernel's headers of each
# architecture, as are the size of an address, the byte order and
# MAP_ANONYMOUS; and no call that those headers have was left out.
. "$TEST_ROOT/tests/lib.sh"

calls='mmap mmap2 munmap mprotect pkey_mprotect brk mremap shmat shmdt ipc
    clone clone3 fork vfork execve execveat exit exit_group futex futex_time64'

# field FILE FIELD: what .FIELD is there; empty where it is not.
field() {
    sed -n "s/^    \\.$2 = \\(.*\\),\$/\\1/p" "$1"
}

program_of() {
    local file=$1 order=LITTLE anonymous call
    [ "$(field "$file" is_big_endian)" != true ] || order=BIG
    anonymous=$(field "$file" map_anonymous)
    echo '#include <sys/mman.h>'
    echo '#include <asm/unistd.h>'
    sed -n 's/^    {\([0-9]*\), GUEST_CALL_[A-Z0-9_]*, "\(.*\)"},$/\2 \1/p' \
        "$file" >numbers
    [ "$(wc -l <numbers)" -gt 10 ] || fail "no table in $file"
    while read -r call number; do
        echo "_Static_assert(__NR_$call == $number, \"$call\");"
    done <numbers
    for call in $calls; do
        grep -q "^$call " numbers ||
            printf '#ifdef __NR_%s\n#error no %s\n#endif\n' "$call" "$call"
    done
    echo "_Static_assert(__SIZEOF_POINTER__ * 8 == $(field "$file" bits)," \
        '"bits");'
    echo "_Static_assert(__BYTE_ORDER__ == __ORDER_${order}_ENDIAN__," \
        '"order");'
    echo "_Static_assert(MAP_ANONYMOUS == ${anonymous:-0x20}, \"anonymous\");"
}

n=0
for file in "$TEST_ROOT"/plugin/arch/*.c; do
    arch=$(field "$file" name | tr -d '"')
    [ -n "$arch" ] || continue # shared code, no table
    program_of "$file" >"$arch.c"
    "$(cross_cc "$arch")" -D_GNU_SOURCE -fsyntax-only "$arch.c" ||
        fail "$arch: not as the kernel's headers say"
    n=$((n + 1))
done
equal 'architectures in guest_arch.c' "$n" \
    "$(grep -c '^    &guest_arch_' "$TEST_ROOT/plugin/guest_arch.c")"
