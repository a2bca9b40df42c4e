# record --max-size, --no-wait-children: recording ends before the program, or
# before what it started.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/counting.bash"

for arch in $(of_guests x86_64 aarch64); do
    # The limit is reached: one line, and the program does not notice.
    options=(--max-size=1M)
    new_counter
    status_of counting scatter 600000 >out 2>err
    equal "$arch --max-size: status" 5 "$status"
    equal "$arch --max-size: output" "done" "$(cat out)"
    equal "$arch --max-size: lines" 1 "$(wc -l <err)"
    has err '^memtrace: the trace has reached 1048576 bytes; the program goes on'
    size=$(stat -c %s t.data)
    [ "$size" -le $((1088 << 10)) ] || fail "$arch --max-size: $size bytes"
    "$MEMTRACE" info -i t.data >info
    has info 'stopped early: the trace has reached 1048576 bytes'
    n=$(n_stored)
    if [ "$n" -lt 10000 ] || [ "$n" -ge "$(number 0)" ]; then
        fail "$arch --max-size: $n stores of $(number 0) are in the trace"
    fi

    # It is not reached: as if it were not there.
    options=(--max-size=1G)
    new_counter
    status_of counting exit 3000 2>err
    equal "$arch --max-size=1G: lines" 0 "$(wc -l <err)"
    all_counted "$arch --max-size=1G" 0

    # A child that goes on when record has returned.
    options=(--no-wait-children)
    new_counter
    status_of counting linger 3000 >out 2>err
    equal "$arch --no-wait-children: status" 5 "$status"
    equal "$arch --no-wait-children: ended" 1 "$(number 4)"
    all_counted "$arch --no-wait-children" 0
    before=$(n_stored)
    printf '\1' | dd of=counter bs=1 seek=40 conv=notrunc status=none
    until [ "$(number 4)" = 2 ]; do
        sleep 0.02
    done
    equal "$arch --no-wait-children: stores" "$before" "$(n_stored)"
    equal "$arch --no-wait-children: lines" 0 "$(wc -l <err)"
done
echo "promise: recording ended before the program: --max-size=1M in $size" \
    "bytes, --no-wait-children"
