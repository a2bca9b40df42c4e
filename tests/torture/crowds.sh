# Very many threads and mappings: the counts are right, and plugin and recorder
# stay within the bounds of docs/reliability.md.
. "$TEST_ROOT/tests/lib.sh"

# MiB that the recorder may have, and QEMU more than without memtrace; both
# count what they have touched of the channel.
MOST_RECORDER=512
MOST_PLUGIN=512

# crowd WHAT N THREADS: N of them; so many threads are in the trace.
crowd() {
    local n recorder more
    plain "$arch" "$(guest "$arch" crowds)" "$1" "$2" >plain.out
    record "$arch" t.data --force -q -- "$(guest "$arch" crowds)" "$1" "$2" >out
    equal "$arch $1: stores made" "$(grep ^stores plain.out)" \
        "$(grep ^stores out)"
    n=$("$MEMTRACE" dump -i t.data --kind=write |
        awk -v range="$(grep ^range out | tail -n 1)" '
            BEGIN { split(range, ends, " ") }
            $3 "" >= ends[2] "" && $3 "" < ends[3] "" { n++ }
            END { print n + 0 }')
    equal "$arch $1: stores" "$(sed -n 's/^stores //p' out)" "$n"
    n=$("$MEMTRACE" info --format=json -i t.data | grep -c '{"number":.*"tid"')
    equal "$arch $1: threads" "$3" "$n"
    recorder=$(memory recorder out)
    more=$(($(memory qemu out) - $(memory qemu plain.out)))
    echo "promise: $arch: $2 $1: all $(sed -n 's/^stores //p' out) stores, $n" \
        "threads; recorder $recorder MiB, QEMU $more MiB more than without"
    [ "$recorder" -le $MOST_RECORDER ] || fail "the recorder: $recorder MiB"
    [ "$more" -le $MOST_PLUGIN ] || fail "the plugin: $more MiB"
}

for arch in $(of_guests x86_64 aarch64); do
    crowd alive 2000 2001
    # QEMU 7.2 takes time by the square of them, without a plugin too.
    n=20000
    [ "$arch" != x86_64 ] || n=${THREADS:-100000}
    crowd sequence "$n" $((n + 1))
    crowd mappings 30000 1
    crowd space 1024 1
done
