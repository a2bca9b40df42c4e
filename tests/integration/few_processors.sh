# The recorder has as many workers as there are processors that it may use.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/counting.bash"

command -v taskset >/dev/null || skip "there is no taskset"
arch=${TEST_GUESTS%% *}
processor=$(taskset -pc $$ | sed 's/.*: //; s/[-,].*//')

# n_threads OPTION...: those of the recorder on one processor.  The guest comes
# to so many stores only if what it records is encoded meanwhile.
n_threads() {
    local pid
    new_counter
    taskset -c "$processor" "$MEMTRACE" record -q --force -o t.data \
        --qemu "$(qemu "$arch")" --buffer=256K "$@" -- \
        "$(guest "$arch" counts)" counter for-ever >out 2>err &
    pid=$!
    await_count 400000
    find "/proc/$pid/task" -mindepth 1 -maxdepth 1 | wc -l
    kill -KILL "$(number 2)"
    wait "$pid" || true
}

one=$(n_threads --workers=1)
equal "threads with three workers" $((one + 2)) "$(n_threads --workers=3)"
equal "threads on one processor" "$one" "$(n_threads)"
