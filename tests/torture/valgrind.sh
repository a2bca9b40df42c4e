# The reader under valgrind: no error and no memory left, also with a trace
# that is damaged.
. "$TEST_ROOT/tests/lib.sh"

command -v valgrind >/dev/null || skip "there is no valgrind"

# quiet COMMAND...: valgrind has nothing to say of it.
quiet() {
    status_of valgrind -q --error-exitcode=99 --leak-check=full \
        --errors-for-leak-kinds=all "$@" >out 2>err
    [ "$status" -ne 99 ] || {
        head -n 40 err >&2
        fail "valgrind: $*"
    }
}

needs_guest x86_64
record x86_64 t.data -q -- "$(guest x86_64 race)" >out
n=0
for what in '' '--kind=write' '--thread=1' '--format=json' '--address=0-0x5000000'
do
    # shellcheck disable=SC2086 # none, or one word
    quiet "$MEMTRACE" dump $what -i t.data
    n=$((n + 1))
done
quiet "$MEMTRACE" info -i t.data
quiet "$MEMTRACE" info --format=json -i t.data
size=$(stat -c %s t.data)
for ((i = 1; i <= 20; i++)); do
    cp t.data bad.data
    printf 'damaged' | dd of=bad.data bs=1 seek=$((size * i / 21)) \
        conv=notrunc status=none
    quiet "$MEMTRACE" dump -i bad.data
    head -c $((size * i / 21)) t.data >bad.data
    quiet "$MEMTRACE" info -i bad.data
    n=$((n + 2))
done
echo "promise: valgrind had nothing to say in $((n + 2)) runs"
