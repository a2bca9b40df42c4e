# Blocks of memory as a guest got them: with --heap each allocation and each free
# is an event, with the line that called for it; QEMU without registers is told.
. "$TEST_ROOT/tests/lib.sh"

cp "$MEMTRACE" memtrace
cp "$PLUGIN" qemu-memtrace.so
cache=$(qemu_cache)

# heap_events LOW HIGH: of a dump, those of calls made from that code.
heap_events() {
    awk -v low="$1" -v high="$2" '
        function of(name) {
            if (!match($0, " " name "=[^ ]*"))
                return ""
            return substr($0, RSTART + length(name) + 2,
                RLENGTH - length(name) - 2)
        }
        $3 == "allocate" || $3 == "free" {
            to = of("return_to")
            if (length(to) == length(low) && to >= low && to < high)
                print $2, $3, of("address"), of("size"), of("function"), to
        }'
}

# with_lines PROGRAM BIAS: return addresses become the lines that called.
with_lines() {
    local thread what address size function to line
    # The instruction before the one that is returned to.
    while read -r thread what address size function to; do
        [ "$what" = free ] && to=$function function=$size size=
        printf '0x%x\n' $((to - 1 - $2))
    done <events | addr2line -e "$1" | sed 's/.*:\([0-9]*\).*/\1/' >lines
    [ "$(wc -l <lines)" = "$(wc -l <events)" ] || fail "addr2line $1"
    paste -d ' ' events lines | while read -r thread what address size \
        function to line; do
        if [ "$what" = free ]; then
            echo "${thread#T} free $address $size $to"
        elif [ "$size" = -1 ]; then
            echo "${thread#T} kept $address"
        else
            # Two names of one function.
            [ "$function" != memalign ] || function=aligned_alloc
            echo "${thread#T} allocate $address $size $function $line"
        fi
    done
}

# check ARCH VARIANT QEMU [ARGUMENT]: the events are what the guest says.
check() {
    local program low high bias name="$*" root
    program=$(guest "$1" "allocates$2")
    root=$(sysroot "$1")
    [ "$2" = -pie ] || root=
    ./memtrace record -o heap.data --force --heap --qemu "$3" \
        ${root:+--sysroot "$root"} -- "$program" ${4+"$4"} >said 2>err ||
        fail "$name: status $?: $(cat err)"
    read -r _ low high <<<"$(grep '^code' said)"
    bias=$((low - 0x$(nm "$program" | sed -n 's/ [A-Za-z] __start_mine$//p')))
    ./memtrace dump -i heap.data --events --order thread |
        heap_events "$low" "$high" >events
    with_lines "$program" $bias >actual
    sort_and_compare "$name"
}

# by_hand ARCH QEMU: the same where the plugin starts the recorder.
by_hand() {
    local program low high bias
    program=$(guest "$1" allocates)
    rm -f heap.data
    "$cache/qemu-$2/bin/qemu-$1" -plugin ./qemu-memtrace.so,out=heap.data,heap=on \
        -- "$program" >said 2>err || fail "$* by hand: status $?: $(cat err)"
    read -r _ low high <<<"$(grep '^code' said)"
    ./memtrace dump -i heap.data --events --order thread |
        heap_events "$low" "$high" >events
    with_lines "$program" 0 >actual
    sort_and_compare "$* by hand"
}

sort_and_compare() {
    grep '^[0-9]' said | sed 's/ memalign / aligned_alloc /' |
        sort -s -k 1,1 >expected
    [ "$(grep -c allocate expected)" -gt 70 ] || fail "$1: a short list"
    sort -s -k 1,1 actual >sorted
    same "$1" expected sorted
}

# check_report ARCH QEMU: what the blocks were accessed, by who allocated them.
check_report() {
    local program name="$*" address
    program=$(guest "$1" blocks)
    ./memtrace record -o heap.data --force --heap --qemu "$2" -- \
        "$program" >said 2>err || fail "$name: status $?: $(cat err)"
    ./memtrace report -i heap.data --by allocation --format csv |
        awk -F , '$1 ~ /blocks\.c"?$/ { print "allocation", $2, $5, $6, $8, $9 }' |
        sort >actual
    grep '^allocation' said | sort >expected
    same "$name: report" expected actual
    # One access in words.
    address=$(sed -n 's/^last //p' said)
    ./memtrace dump -i heap.data --symbols --kind write \
        --address "$address+1" | tail -n 1 >line
    has line "byte 24 of a 1000-byte block allocated by T0 at blocks\.c:$(
        sed -n 's/^byte 24 1000 //p' said)\$"
}

versions=
for version in 10.0 11.1; do
    for arch in $(of_guests x86_64 aarch64); do
        [ -x "$cache/qemu-$version/bin/qemu-$arch" ] || continue
        versions="$versions $version"
        by_hand "$arch" "$version"
        check_report "$arch" "$version"
        for variant in $(variants "$arch" allocates | sed 's/^$/-/'); do
            variant=${variant#-}
            check "$arch" "${variant:+-$variant}" "$version"
            check "$arch" "${variant:+-$variant}" "$version" two
        done
    done
done
[ -n "$versions" ] || skip_unless_ci "no QEMU that has registers"

# Old QEMU says no, in one line.
for arch in $(of_guests x86_64); do
    if "qemu-$arch" --version | grep -q 'version [78]\.'; then
        status=0
        echo "an older trace" >old.data
        ./memtrace record --force -o old.data --heap --qemu "qemu-$arch" -- \
            "$(guest "$arch" exits)" 2>err || status=$?
        [ $status -ne 0 ] || fail "heap on an old QEMU"
        equal "lines of the refusal" 1 "$(grep -c . err)"
        has err '^memtrace: --heap needs QEMU 9.1 or later'
        equal "what --force would replace" "an older trace" "$(cat old.data)"
        equal "files beside it" old.data "$(echo old.data*)"
        status=0
        "qemu-$arch" -plugin ./qemu-memtrace.so,out=old.data,heap=on \
            "$(guest "$arch" exits)" 2>err || status=$?
        [ $status -ne 0 ] || fail "heap on an old QEMU, by hand"
        equal "by hand: the refusal" "memtrace: heap=on needs QEMU 9.1 or later" \
            "$(cut -d, -f1 err)"
        equal "what out= would replace" "an older trace" "$(cat old.data)"
    fi
done
