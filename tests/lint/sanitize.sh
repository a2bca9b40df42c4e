# Unit tests, tests of the command and some recordings, with memtrace built
# for AddressSanitizer and UndefinedBehaviorSanitizer.  The plugin is the usual
# one: QEMU itself is not built for them.
. "$TEST_ROOT/tests/lib.sh"

build=$TEST_BUILD/sanitize
make -s -j2 -C "$TEST_ROOT" BUILD="$build" OPT="-O1 -g -fno-omit-frame-pointer \
    -fsanitize=address,undefined -fno-sanitize-recover=all" \
    "$build/tests/memtrace" check-programs
cp "$PLUGIN" "$build/tests/qemu-memtrace.so"
ln -sfn "$TEST_BUILD/tests/guests" "$build/tests/guests"
ln -sfn "$TEST_BUILD/tests/races" "$build/tests/races"

export ASAN_OPTIONS=abort_on_error=1:detect_stack_use_after_return=1
# A run of the harness in the harness: it has a log of its own.
TEST_CFLAGS='-fsanitize=address,undefined' BUILD=$build MEMTRACE=$build/tests/memtrace \
    PLUGIN=$build/tests/qemu-memtrace.so "$TEST_ROOT/tests/run" -j 1 \
    'unit/*' 'cli/*' integration/accesses integration/waves integration/exits \
    integration/digest
echo "promise: unit tests, commands and recordings under sanitizers: nothing"
