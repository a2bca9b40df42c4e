# What `memtrace races` reports of the programs in tests/races is what they say
# themselves, for x86_64.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/races/suite.bash"

needs_guest x86_64
check_races x86_64
