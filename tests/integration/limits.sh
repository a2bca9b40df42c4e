# Where the address space is limited, or memfd_create() is denied, programs are
# recorded as ever: after each mapping call the trace has the accesses to what
# is writable, and no others.
. "$TEST_ROOT/tests/lib.sh"

# What a shell may still have of the address space, in KiB.  32-bit guests need
# 4 GiB for themselves.
space=8000000

# compare NAME ARCH VARIANT COMMAND...: the guest, recorded by the command.
compare() {
    local name=$1 arch=$2 program
    program=$(guest "$arch" "mappings$3")
    shift 3
    "$@" "$MEMTRACE" record -o "$name.data" --qemu "$(qemu "$arch")" \
        --sysroot "$(sysroot "$arch")" -- "$program" >"$name.said" \
        2>"$name.err" || fail "$name: status $?: $(tail -n 3 "$name.err")"
    sed '/^maps$/,$d' "$name.said" >"$name.ranges"
    grep '^[RW] ' "$name.ranges" >"$name.expected"
    accesses "$name.data" | in_ranges "$name.ranges" >"$name.actual"
    same "$name: accesses" "$name.expected" "$name.actual"
    [ "$(wc -l <"$name.expected")" -gt 4000 ] || fail "$name: a short list"
}

limited() {
    (
        ulimit -v $space
        exec "$@"
    )
}

for arch in $TEST_GUESTS; do
    compare "$arch-limit" "$arch" '' limited
    compare "$arch-denied" "$arch" '' "$HELPERS/deny"
    # Where not all writable pages count there are two maps.
    limited "$MEMTRACE" record -o regions.data --force --region=data \
        --qemu "$(qemu "$arch")" -- "$(guest "$arch" kinds)" >said 2>err ||
        fail "$arch: $(cat err)"
    "$MEMTRACE" report --by region --format=csv -i regions.data >regions
    equal "$arch: regions" 2 "$(grep -Ec '^(region|data of kinds),' regions)"
    equal "$arch: lines" 2 "$(wc -l <regions)"
done

# The channel is a file without a name then; TMPDIR is left as it was.
mkdir temporary
arch=${TEST_GUESTS%% *}
TMPDIR=$PWD/temporary "$HELPERS/deny" "$MEMTRACE" record -o tmp.data \
    --qemu "$(qemu "$arch")" -- "$(guest "$arch" waves)" >said 2>err
equal "files left in TMPDIR" '' "$(ls -A temporary)"
