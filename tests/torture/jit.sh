# A program that makes code for a long time: plugin and recorder stay within
# the bounds of docs/reliability.md, and every store is in the trace.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/jit.bash"

MOST_RECORDER=256
MOST_PLUGIN=512

for arch in $(of_guests x86_64 aarch64); do
    for how in same new; do
        made_code "$arch" $how "${ROUNDS:-60000}"
        echo "promise: code made for ever ($arch, $how place): $n stores, all" \
            "in the trace, by $insns instructions; recorder $recorder MiB," \
            "QEMU $more MiB more than without"
        [ "$recorder" -le $MOST_RECORDER ] || fail "recorder: $recorder MiB"
        [ "$more" -le $MOST_PLUGIN ] || fail "plugin: $more MiB"
    done
done
