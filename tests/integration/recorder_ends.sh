# The recorder is killed, the disk is full, a limit is reached, the reader of
# the text has gone: the program runs to its end, one line says so, and what
# was written can be read.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/counting.bash"

# told PATTERN: one line on stderr, and no other, says that recording ended.
told() {
    n_ends=$((n_ends + 1))
    equal "$what: lines that tell" 1 \
        "$(grep -c "^memtrace: .*$1.*goes on without being recorded" err)"
}

# went_on: the program came to its end, and the trace has some of it.
went_on() {
    equal "$what: the program's output" "done" "$(cat out)"
    equal "$what: all was counted" "$((stores + 1000))" "$(number 0)"
    "$MEMTRACE" info -i t.data >info || fail "$what: info fails"
    n=$(n_stored)
    [ "$n" -gt 0 ] || fail "$what: nothing in the trace"
    [ "$n" -lt "$stores" ] || fail "$what: all is in the trace"
}

n_ends=0
umount_all() {
    umount "$PWD/full" 2>/dev/null || true
}
trap umount_all EXIT

for arch in $(of_guests x86_64 aarch64); do
    what="$arch, recorder killed"
    stores=10000000 # far from the end when it has counted some
    new_counter
    # A program of its own, so that its number is the recorder's.
    "$MEMTRACE" record -q --force -o t.data --qemu "$(qemu "$arch")" \
        --buffer=256K --workers=1 -- "$(guest "$arch" counts)" counter \
        exit "$stores" >out 2>err &
    pid=$!
    await_count 500000
    kill -KILL "$pid"
    status_of wait "$pid"
    equal "$what: status" 137 "$status"
    until [ "$(number 4)" = 1 ]; do
        sleep 0.02
    done
    told 'the recorder is gone'
    went_on

    # With this buffer a block has 20,000 accesses at most: some fit in a file
    # that has no room for so many stores of chance.
    what="$arch, file limit"
    stores=300000
    options=(--buffer=256K)
    new_counter
    status_of eval '(ulimit -Sf 256; counting scatter $stores) >out 2>err'
    equal "$what: status" 5 "$status"
    told 'File too large'
    went_on

    what="$arch, disk full"
    mkdir -p full
    if [ "$(id -u)" = 0 ] &&
        mount -t tmpfs -o size=256k tmpfs full 2>/dev/null; then
        new_counter
        options=(--buffer=256K -o full/t.data)
        status_of counting scatter "$stores" >out 2>err
        equal "$what: status" 5 "$status"
        told 'No space left'
        cp full/t.data t.data
        went_on
        umount full
    else
        echo "$what: not tried, no tmpfs can be mounted"
    fi

    what="$arch, closed pipe"
    options=()
    new_counter
    rm -f fifo
    mkfifo fifo
    head -n 3 fifo >lines &
    status_of plain "$arch" -plugin "$PLUGIN,text=fifo" \
        "$(guest "$arch" counts)" counter exit 100000 >out 2>err
    wait $!
    equal "$what: status" 5 "$status"
    equal "$what: the program's output" "done" "$(cat out)"
    equal "$what: lines" 3 "$(wc -l <lines)"
    told 'Broken pipe'
done
echo "promise: $n_ends recorders ended early, the program ran to its end each" \
    "time and was told in one line"
