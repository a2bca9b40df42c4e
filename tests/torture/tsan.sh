# Recorder, channel, reader and the race analysis with ThreadSanitizer: no two
# threads of theirs touch the same memory unordered.
. "$TEST_ROOT/tests/lib.sh"

build=$TEST_BUILD/tsan
make -s -j2 -C "$TEST_ROOT" BUILD="$build" \
    OPT="-O1 -g -fsanitize=thread" "$build/tests/memtrace" check-programs
cp "$PLUGIN" "$build/tests/qemu-memtrace.so"
export TSAN_OPTIONS=halt_on_error=1:exitcode=66
for unit in channel_flow trace_merge trace_roundtrip trace_contents \
    analysis_race_feed analysis_race_listed; do
    "$build/tests/unit/$unit" >"$unit.log" 2>&1 || {
        tail -n 60 "$unit.log"
        fail "$unit"
    }
done
MEMTRACE=$build/tests/memtrace
n=0
for arch in $(of_guests x86_64 aarch64); do
    for options in '' --workers=4 --buffer=256K --syscalls --stamp=1 \
        '--digest --workers=4'; do
        # shellcheck disable=SC2086 # none, or words
        record "$arch" t.data -q --force $options -- \
            "$(guest "$arch" waves)" >out
        "$MEMTRACE" dump -i t.data >text
        status=0
        "$MEMTRACE" races --workers 4 -i t.data >races || status=$?
        [ "$status" -le 1 ] || fail "races of $arch $options: status $status"
        n=$((n + 1))
    done
done
echo "promise: ThreadSanitizer had nothing to say in $n recordings"
