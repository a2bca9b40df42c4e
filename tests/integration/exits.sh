# The guest ends as it would without memtrace: status, output, and its trace
# is complete.
. "$TEST_ROOT/tests/lib.sh"

check() {
    local arch=$1 expected=$2 program
    shift 2
    program=$(guest "$arch" exits)
    printf 'from stdin\n\0\377 and no newline' >in
    status_of plain "$arch" "$program" "$@" <in >plain.out 2>plain.err
    equal "$arch $*: plain status" "$expected" "$status"
    status_of record "$arch" trace.data --force -- "$program" "$@" \
        <in >out 2>err
    equal "$arch $*: status" "$expected" "$status"
    same "$arch $*: stdout" plain.out out
    has err '^on stderr$'
    n=$(n_traced err)
    equal "$arch $*: accesses" "$n" "$("$MEMTRACE" dump -i trace.data | wc -l)"
    [ "$n" -gt 100 ] || fail "$arch $*: only $n accesses"
}

for arch in $TEST_GUESTS; do
    check "$arch" 0 exit 0
    check "$arch" 3 exit 3 'two words' '' --force -o=x
    check "$arch" 4 _exit 4
    check "$arch" 255 _exit 255
    check "$arch" 5 thread 5
    check "$arch" 134 abort
    check "$arch" 139 segv
    check "$arch" 143 kill 15
    check "$arch" 130 kill 2
    check "$arch" 137 kill 9
done
