# Real programs of Debian's arm64, from the sysroot that the set-up makes.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/programs.bash"
needs_guest aarch64

root=$TEST_ROOT/build/sysroot/arm64
[ -e "$root/.complete" ] || skip "no $root: ./bootstrap setup makes it"
check_programs aarch64 "$root"
