# Unit tests, tests of the command and some recordings, with memtrace built
# for AddressSanitizer and UndefinedBehaviorSanitizer.
. "$TEST_ROOT/tests/lib.sh"

clang --print-search-dirs >/dev/null 2>&1 || skip "there is no clang"
BUILD=$TEST_BUILD "$TEST_ROOT/tests/instrumented" asan -j 1
echo "promise: unit tests, commands and recordings under sanitizers: nothing"
