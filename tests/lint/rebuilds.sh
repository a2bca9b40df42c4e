# What was built is built anew after a change to a header, however BUILD was
# spelt when it was built and is spelt now.
. "$TEST_ROOT/tests/lib.sh"

# commands BUILD TARGET: how many make would run after a change to block.h.
commands() {
    make -n -C "$TEST_ROOT" -W trace/block.h BUILD="$1" "$1/$2" |
        grep -c -- '-MMD'
}

relative=$(realpath --relative-to="$TEST_ROOT" "$TEST_BUILD")
ln -s "$TEST_BUILD" link
for build in "$TEST_BUILD" "$relative" "$PWD/link"; do
    [ -e "$TEST_BUILD/trace/section.o" ] || fail "nothing is built"
    equal "objects of trace/block.c with BUILD=$build" 1 \
        "$(commands "$build" trace/block.o)"
    # Itself and, of the library, trace/*.c but what knows nothing of blocks.
    n=$(commands "$build" tests/unit/trace_damage)
    [ "$n" -gt 10 ] || fail "a unit test with BUILD=$build: $n commands"
done
