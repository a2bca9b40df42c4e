# What system calls read and write in guest memory, as a guest says it: with
# syscalls=on those lines and no others, without it none.
. "$TEST_ROOT/tests/lib.sh"

# lines_between BEGIN END: as between, of lines that name the thread.
lines_between() {
    awk -v begin="$1" -v end="$2" '
        $2 == "W" && $3 == end { inside = 0 }
        inside { print }
        $2 == "W" && $3 == begin { inside = 1 }'
}

# marker NAME FILE: the address in the guest's line for it.
marker() {
    sed -n "s/^$1 \\(0x[0-9a-f]*\\) 1\$/\\1/p" "$2"
}

# compare NAME: its trace has what the guest said.
compare() {
    "$MEMTRACE" dump -i "$1.data" >"$1.text"
    begin=$(marker B "$1.said")
    end=$(marker E "$1.said")
    grep ' kernel$' "$1.said" >"$1.expected"
    lines_between "$begin" "$end" <"$1.text" |
        grep ' kernel$' >"$1.actual" || true
    same "$1: accesses of the kernel" "$1.expected" "$1.actual"
}

for arch in $TEST_GUESTS; do
    program=$(guest "$arch" kernel)
    record "$arch" "$arch.data" --syscalls -- "$program" \
        >"$arch.said" 2>"$arch.err"
    compare "$arch"
    [ "$(wc -l <"$arch.expected")" -gt 80 ] || fail "$arch: a short list"
    # They are not counted among the accesses, but for themselves.
    equal "$arch: accesses" "$(n_traced "$arch.err")" \
        "$(grep -vc ' kernel$' "$arch.text")"
    "$MEMTRACE" info -i "$arch.data" >"$arch.info"
    has "$arch.info" '^Syscalls '
    equal "$arch: loads and stores of the kernel" \
        "$(grep -c ' R .* kernel$' "$arch.text") $(grep -c ' W .* kernel$' \
            "$arch.text")" \
        "$(awk '/^Kernel loads/ { getline next_line
            split(next_line, part, " "); print $3, part[2] }' "$arch.info")"
    # A thread's own order and the merged one.
    record "$arch" "$arch-thread.data" --syscalls -- "$program" thread \
        >"$arch-thread.said" 2>"$arch-thread.err"
    compare "$arch-thread"
done

for arch in $TEST_GUESTS; do
    [[ $arch = x86_64 || $arch = aarch64 ]] || continue
    program=$(guest "$arch" kernel)
    # Off: nothing of it anywhere.
    record "$arch" off.data --force -- "$program" >off.said 2>off.err
    "$MEMTRACE" dump -i off.data --events >off.text
    ! grep -q ' kernel$' off.text ||
        fail "$arch: accesses of the kernel without the option"
    "$MEMTRACE" dump -i off.data --format=csv | head -n 1 >off.csv
    ! grep -q kernel off.csv || fail "$arch: a column without the option"
    "$MEMTRACE" info -i off.data >off.info
    ! grep -qi 'kernel [ls]\|^syscalls' off.info ||
        fail "$arch: a count without the option"

    # Each stands between the call and its return: a load, then a store.
    "$MEMTRACE" dump -i "$arch.data" --events --thread 0 |
        awk '/# T0 syscall / { name = $NF; inside = 1 }
            /# T0 syscall-return / { inside = 0 }
            / kernel$/ { print name, inside }' | sort | uniq -c >places
    ! grep -q ' 0$' places || fail "$arch: outside of a call: $(cat places)"
    has places ' name=readv 1$'

    # Loads or stores alone, and all regions.
    record "$arch" part.data --force --syscalls --kind read -- "$program" \
        >part.said 2>part.err
    "$MEMTRACE" dump -i part.data | grep ' kernel$' >loads
    ! grep -q ' W ' loads || fail "$arch: stores with --kind read"
    grep ' R ' "$arch.expected" | while read -r _ _ address size _; do
        has loads "^T0 R $address $size kernel\$"
    done
    record "$arch" all.data --force --syscalls --regions all -- "$program" \
        >all.said 2>all.err
    "$MEMTRACE" dump -i all.data | lines_between "$(marker B all.said)" \
        "$(marker E all.said)" | grep ' kernel$' >all
    # The literals that the guest gave as paths: "", "/proc/self/cwd", ".",
    # "kernel.none".
    grep ' kernel$' all.said >known
    grep -vxFf known all | sed 's/ 0x[0-9a-f]*//' >rest
    printf 'T0 R %s kernel\n' 1 15 2 12 >expected
    same "$arch: with all regions" expected rest

    # The same in CSV and JSON, and by the filters.
    grep -c ' kernel$' "$arch.text" >n
    "$MEMTRACE" dump -i "$arch.data" --format=csv |
        awk -F , 'NR == 1 { print $8 } $8 == 1 { n++ } END { print n }' \
            >actual
    { echo kernel && cat n; } >expected
    same "$arch: CSV" expected actual
    "$MEMTRACE" dump -i "$arch.data" --format=json | grep -c '"kernel":true' \
        >actual
    same "$arch: JSON" n actual
    address=$(awk 'NR == 2 { print $3 }' "$arch.expected")
    "$MEMTRACE" dump -i "$arch.data" --address "$address" --kind read |
        grep ' kernel$' | sort -u >actual
    awk -v at="$address" '$2 == "R" && $3 == at' "$arch.expected" |
        sort -u >expected
    same "$arch: at one address" expected actual

    # Text while the guest runs: all of it, in the same order.
    cp "$MEMTRACE" memtrace
    cp "$PLUGIN" qemu-memtrace.so
    "$(qemu "$arch")" -plugin ./qemu-memtrace.so,syscalls=on,text=live.text \
        -- "$program" >live.said 2>live.err
    equal "$arch: accesses in text" "$(n_traced live.err)" \
        "$(grep -vc ' kernel$' live.text)"
    lines_between "$(marker B live.said)" "$(marker E live.said)" <live.text |
        grep ' kernel$' >actual
    grep ' kernel$' live.said >expected
    same "$arch: text" expected actual
    "$(qemu "$arch")" -plugin ./qemu-memtrace.so,syscalls=on,out=hand.data \
        -- "$program" >hand.said 2>hand.err
    cp hand.said hand.expected
    compare hand
done
