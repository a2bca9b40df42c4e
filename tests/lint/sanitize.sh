# Unit tests, tests of the command and some recordings, with memtrace built
# for AddressSanitizer and UndefinedBehaviorSanitizer.
. "$TEST_ROOT/tests/lib.sh"

has_clang || skip "there is no clang, or no libclang-rt-dev"
BUILD=$TEST_BUILD "$TEST_ROOT/tests/instrumented" asan -j 1
echo "promise: unit tests, commands and recordings under sanitizers: nothing"
