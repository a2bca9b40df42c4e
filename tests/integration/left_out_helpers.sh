# QEMU 7.2 kept the callbacks of an instruction that left its block, and called
# them for what a later one without callbacks accessed by a helper.
. "$TEST_ROOT/tests/lib.sh"

needs_guest x86_64
record x86_64 trace.data --function store_wide -- "$(guest x86_64 leaves)" \
    >said 2>err
accesses trace.data | in_ranges said >wide
case "$(qemu_version x86_64)" in
7\ *) [ -s wide ] || fail "no access of store_wide" ;;
esac
rm trace.data
record x86_64 trace.data --function leave_block -- "$(guest x86_64 leaves)" \
    >said 2>err
accesses trace.data | in_ranges said >wide
: >none
same "accesses to wide by others than store_wide" none wide
