# Recorder, channel, reader and the race analysis with ThreadSanitizer: no two
# threads of theirs touch the same memory unordered.
. "$TEST_ROOT/tests/lib.sh"

export MEMTRACE_TEST_GUESTS="x86_64 aarch64"
BUILD=$TEST_BUILD "$TEST_ROOT/tests/instrumented" tsan -j 1 ||
    fail "a test under ThreadSanitizer"
MEMTRACE=$TEST_BUILD/tsan/tests/memtrace
export TSAN_OPTIONS=halt_on_error=1:exitcode=66
TSAN_OPTIONS+=:suppressions=$TEST_ROOT/tests/tsan.suppressions
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
