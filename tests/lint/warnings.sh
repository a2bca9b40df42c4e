# Nothing that was built made gcc say anything, nor clang, in its build for the
# sanitizers.
. "$TEST_ROOT/tests/lib.sh"

builds=("$TEST_BUILD")
if has_clang; then
    make -s -j2 -C "$TEST_ROOT" BUILD="$TEST_BUILD" asan-build
    builds+=("$TEST_BUILD/asan")
fi
for build in "${builds[@]}"; do
    [ -e "$build/trace/section.o" ] || fail "nothing is built in $build"
    # Of what is there still: a file may have been renamed.
    find "$build" -path "$build/[at]san" -prune -o \
        -path "$build/coverage" -prune -o -name '*.warnings' -print |
        while read -r kept; do
            [ ! -e "${kept%.warnings}" ] || cat "$kept"
        done >said
    [ ! -s said ] || {
        head -n 40 said >&2
        fail "$(grep -c 'warning:' said) warnings in $build"
    }
done
[ ${#builds[@]} -eq 2 ] || skip "gcc says nothing; there is no clang to ask"
