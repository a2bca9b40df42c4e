# A program that makes code, at one place and at ever new ones: every store of
# it is in the trace, and an instruction that comes back keeps its number.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/jit.bash"

for arch in $(of_guests x86_64 aarch64); do
    made_code "$arch" same 500
    made_code "$arch" new 500
    made_code "$arch" again 4
    few=$insns
    made_code "$arch" again 500
    # 500 rounds have 32,000 instructions; printing takes a few others.
    [ "$insns" -lt $((few + 100)) ] ||
        fail "$arch: $insns instructions, not $few, for code that comes back"
done
