# record --keep-last: the end of a long run is there as without it, the rest is
# counted, and what is needed to read the end has stayed.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/counting.bash"

# fact FILE NAME: a number of info's.
fact() {
    "$MEMTRACE" info --format=json -i "$1" |
        sed -n "1s/.*\"$2\":\([0-9]*\).*/\1/p"
}

# mappings FILE: at the end, without where they lie, which is luck from QEMU
# 10 on.
mappings() {
    "$MEMTRACE" info -i "$1" |
        sed -n '/^Mappings of/,$ { s/^  0x[^ ]*//p; }' | sort
}

# Twice so many stores of chance take 2 MiB at least, whatever their stamps take,
# and one time more than 1 MiB.  Between them the guest sends itself a signal,
# most often none.
stores=500000
for arch in $(of_guests x86_64 aarch64); do
    options=()
    new_counter
    status_of counting scatter $stores 00
    equal "$arch: status" 5 "$status"
    "$MEMTRACE" dump -i t.data >whole
    mv t.data whole.data

    options=(--keep-last=1M)
    new_counter
    status_of counting scatter $stores 00
    equal "$arch --keep-last: status" 5 "$status"
    size=$(stat -c %s t.data)
    # A block more, where what stays of others lies between free places.
    [ "$size" -le $((1664 << 10)) ] || fail "$arch --keep-last: $size bytes"
    [ "$size" -lt $(($(stat -c %s whole.data) / 2)) ] || fail "$arch: $size"
    [ "$size" -ge $((512 << 10)) ] || fail "$arch --keep-last: $size bytes only"
    "$MEMTRACE" dump -i t.data >kept 2>err
    n=$(wc -l <kept)
    n_all=$(wc -l <whole)
    equal "$arch: evicted" $((n_all - n)) "$(fact t.data evicted)"
    [ "$n" -lt "$n_all" ] || fail "$arch: nothing was evicted"
    has err "^memtrace: t.data: not from the start: $((n_all - n)) accesses went"
    tail -n "$n" whole >end
    same_accesses "$arch: the last accesses" "$arch" end kept
    "$MEMTRACE" dump --pc -i whole.data | tail -n "$n" >end
    "$MEMTRACE" dump --pc -i t.data >kept 2>/dev/null
    same_accesses "$arch: the last accesses with pc" "$arch" end kept
    mappings whole.data >end
    mappings t.data >kept
    same "$arch: mappings" end kept
    "$MEMTRACE" info -i t.data >info
    has info '^  evicted to keep later ones: .*; the trace is whole after [0-9]'

    # It is not reached: as if it were not there.
    options=(--keep-last=1G)
    new_counter
    status_of counting fork 3000
    equal "$arch --keep-last=1G: evicted" "" "$(fact t.data evicted)"
    all_counted "$arch --keep-last=1G" 0

    # The recorder is killed while the guest has stopped: what the file has then
    # is right.  (With several workers a block may be missing that was not yet
    # written.)
    options=(--keep-last=1M)
    new_counter
    "$MEMTRACE" record -q --force -o t.data --qemu "$(qemu "$arch")" \
        --keep-last=1M --stamp=1 --buffer=256K --workers=1 -- \
        "$(guest "$arch" counts)" counter scatter $stores 19 2>err &
    pid=$!
    await_count $stores
    until grep -q '^State:.T' "/proc/$(number 2)/status"; do
        sleep 0.02
    done
    kill -KILL "$pid"
    status_of wait "$pid"
    kill -CONT "$(number 2)"
    until [ "$(number 4)" = 1 ]; do
        sleep 0.02
    done
    "$MEMTRACE" dump -i t.data >kept 2>err || true
    n=$(wc -l <kept)
    first=$(fact t.data evicted)
    [ "$n" -gt 100000 ] || fail "$arch, recorder killed: $n accesses"
    [ "$first" -gt 0 ] || fail "$arch, recorder killed: nothing was evicted"
    sed -n "$((first + 1)),$((first + n))p" whole >there
    same_accesses "$arch, recorder killed" "$arch" there kept
    echo "promise: $arch: --keep-last=1M kept the last of $n_all accesses" \
        "in $size bytes; after a kill of the recorder $n from $first on"
done
