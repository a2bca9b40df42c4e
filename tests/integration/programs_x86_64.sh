# Real programs of this machine, dynamically linked.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/programs.bash"
needs_guest x86_64

[ "$(uname -m)" = x86_64 ] || skip "the programs of this machine are others"
check_programs x86_64 ''
