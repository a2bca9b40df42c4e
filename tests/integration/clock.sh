# With stamps that are numbers of a counter in memory the order of accesses is
# the real one, and races are found and not found as with the processor's.
. "$TEST_ROOT/tests/lib.sh"

for arch in $(of_guests x86_64 aarch64 i386); do
    record "$arch" t.data --force --clock=counter --stamp=1 -- \
        "$(guest "$arch" mappings)" threads >said 2>err || fail "$(cat err)"
    sed '/^maps$/,$d' said >ranges
    grep '^[RW] ' ranges >expected
    accesses t.data | in_ranges ranges >actual
    same "$arch: accesses" expected actual

    "$MEMTRACE" info -i t.data >info
    has info '^Clock +a shared counter, as asked for$'
    "$MEMTRACE" info -i t.data --format=json >json
    has json '"clock.source":"a shared counter, as asked for"'
    has json '"ticks_per_second":0'
    ! "$MEMTRACE" dump -i t.data --time=0-1ms >out 2>err || fail "--time"
    has err '^memtrace: t.data: --time: '
    "$MEMTRACE" dump -i t.data -n 3 >out
    "$MEMTRACE" report -i t.data >out

    record "$arch" race.data --force --clock=counter -- "$(guest "$arch" race)" \
        >said 2>err
    status_of "$MEMTRACE" races -i race.data >races
    equal "$arch: races found" 1 "$status"
    record "$arch" plain.data --force -- "$(guest "$arch" race)" >said 2>err
    "$MEMTRACE" races -i plain.data >plain || true
    equal "$arch: races as with the processor's counter" \
        "$(tail -n 1 plain)" "$(tail -n 1 races)"
done
