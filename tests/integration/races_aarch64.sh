# What `memtrace races` reports of the programs in tests/races is what they say
# themselves, for aarch64.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/races/suite.bash"

needs_guest aarch64
check_races aarch64
