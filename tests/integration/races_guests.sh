# What `memtrace races` reports of the programs in tests/races is what they say
# themselves, for the guests beside x86_64 and aarch64: of a few of them.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/races/suite.bash"

guests=$(other_guests x86_64 aarch64)
[ -n "$guests" ] || skip "none of the guests is to be tested"
for arch in $guests; do
    check_guest "$arch"
done
