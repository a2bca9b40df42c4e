# The plugin without `memtrace record`, with the commands that the README has:
# text on stderr while the guest's output stays its own.
. "$TEST_ROOT/tests/lib.sh"

cp "$MEMTRACE" memtrace
cp "$PLUGIN" qemu-memtrace.so

# 0x... numbers in a line, of 16 digits each.
addresses() {
    grep -Eo '0x[0-9a-f]+' | awk '{
        while (length($1) < 18) $1 = "0x0" substr($1, 3)
        print }'
}

# What is on stderr: a line that names the segments, then accesses, then N.
check_text() {
    local name=$1
    has "$name.err" '^memtrace: .*writable ELF segments.* 0x[0-9a-f]+'
    equal "$name: first line" 1 \
        "$(grep -n 'writable ELF segments' "$name.err" | cut -d : -f 1)"
    grep '^T' "$name.err" >"$name.text" || true
    ! grep -Evq '^T[0-9]+ [RW] 0x[0-9a-f]{16} [0-9]+$' "$name.text" ||
        fail "$name: a line that is no access"
    ! grep -Evq '^(memtrace: |T[0-9])' "$name.err" ||
        fail "$name: foreign lines on stderr"
    n=$(n_traced "$name.err")
    equal "$name: lines" "$n" "$(wc -l <"$name.text")"
    [ "$n" -gt 1000 ] || fail "$name: only $n accesses"
    equal "$name: last line" "memtrace: $n memory accesses traced" \
        "$(grep '^memtrace' "$name.err" | tail -n 1)"
}

for arch in $TEST_GUESTS; do
    qemu=$(qemu "$arch")
    cp "$(guest "$arch" race)" race
    "$qemu" ./race >plain
    "$qemu" -plugin ./qemu-memtrace.so,elf=./race -- ./race \
        >"$arch.out" 2>"$arch.err"
    # The race may lose counts, as it should: only the safe line is compared.
    equal "$arch: output" "$(head -n 1 plain)" "$(head -n 1 "$arch.out")"
    check_text "$arch"
    equal "$arch: threads" 'T0 T1 T2 ' \
        "$(cut -d ' ' -f 1 "$arch.text" | sort -u | tr '\n' ' ')"
    readelf -lW race | awk '$1 == "LOAD" && /RW/ { print $3 }' >segments
    addresses <segments >expected
    head -n 1 "$arch.err" | addresses | awk 'NR % 2' >actual
    same "$arch: segments of a static guest" expected actual

    # elf= is not needed, and a PIE's segments are named where they are.
    for variant in $(variants "$arch" loader); do
        name=$arch$variant
        plain "$arch" -plugin ./qemu-memtrace.so -- \
            "$(guest "$arch" "loader$variant")" >"$name.out" 2>"$name.err"
        check_text "$name"
        begin=$(sed -n 's/^begin //p' "$name.out")
        head -n 1 "$name.err" | addresses | paste -d ' ' - - |
            awk -v at="$begin" '$1 "" <= at "" && at "" < $2 "" { n++ }
                END { exit n != 1 }' ||
            fail "$name: no segment has $begin: $(head -n 1 "$name.err")"
        # What elf= adds is nothing.  A loader does more or less by where it
        # is and what AT_RANDOM has.
        [ -z "$variant" ] || continue
        program=$(guest "$arch" loader)
        plain "$arch" -seed 1 -plugin ./qemu-memtrace.so -- "$program" quiet \
            2>err
        plain "$arch" -seed 1 -plugin "./qemu-memtrace.so,elf=$program" -- \
            "$program" quiet 2>err2
        equal "$name: accesses with elf=" "$(n_traced err)" "$(n_traced err2)"
    done
done

# Text of many threads, merged while they run: each round of touching is done
# by a thread of its own, after the one before has ended.
for arch in $TEST_GUESTS; do
    survives_threads "$arch" || continue
    plain "$arch" -plugin ./qemu-memtrace.so -- "$(guest "$arch" mappings)" \
        threads >said 2>err
    sed '/^maps$/,$d' said >ranges
    grep '^[RW] ' ranges >expected
    grep '^T' err | sed 's/^T[0-9]* //' | in_ranges ranges >actual
    same "$arch: text of threads" expected actual
done

# A program of many segments with a long path: all of them are named.
if [[ " $TEST_GUESTS " = *' x86_64 '* ]]; then
    {
        echo 'ENTRY(_start) PHDRS { text PT_LOAD FILEHDR PHDRS FLAGS(5);'
        printf 'p%d PT_LOAD FLAGS(6);\n' {10..25}
        echo '} SECTIONS { . = 0x3f1000000000 + SIZEOF_HEADERS;'
        echo '.text : { *(.text) } :text'
        for i in {10..25}; do
            echo ". = 0x3f10000${i}000; .d$i : { *(.d$i) } :p$i"
        done
        echo '}'
    } >many.ld
    {
        echo '.globl _start; _start: mov $60, %eax; mov $3, %edi; syscall'
        printf '.section .d%d, "aw"; .long 7\n' {10..25}
    } >many.S
    folder=$(printf '%0200d/%0200d/%0180d' 1 2 3)
    mkdir -p "$folder"
    "$(cross_cc x86_64)" -nostdlib -static -no-pie -Wl,--build-id=none \
        -Wl,-T,many.ld -o "$folder/many" many.S
    status_of "$(qemu x86_64)" -plugin ./qemu-memtrace.so -- \
        "./$folder/many" 2>err
    equal "many segments: status" 3 "$status"
    equal "many segments: named" 16 "$(head -n 1 err |
        grep -Eo ' 0x3f10000[0-9]{2}000-0x3f10000[0-9]{2}004\b' | wc -l)"
fi
