# Everything builds without a warning, by gcc and by clang.
. "$TEST_ROOT/tests/lib.sh"

for cc in gcc clang; do
    # Its own objects and products: other tests use the usual ones meanwhile.
    build=$TEST_BUILD/werror-$cc
    make -s -j2 -C "$TEST_ROOT" BUILD="$build" CC=$cc CFLAGS=-Werror \
        "$build/tests/memtrace" "$build/tests/qemu-memtrace.so" \
        "$build/tests/oracle.so" check-programs
done
