#!/bin/bash
# The example of docs/analyses.md builds outside of the project, with what
# `make install` installs, and counts right.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

mkdir include
cp "$TEST_ROOT/trace/memtrace.h" include/
cp "$TEST_ROOT/examples/crossings.c" .
# TEST_CC, TEST_CFLAGS: what the library was built by, and with beside the usual.
# shellcheck disable=SC2086 # words, or none
"${TEST_CC:-gcc}" -Wall -Wextra -Werror ${TEST_CFLAGS-} -Iinclude -o crossings crossings.c \
    "$TEST_BUILD/lib/libmemtrace.a" -lzstd -lxxhash
{
    printf 'thread 1 1 - 1 2\nblock 0 1\n'
    # Four of the seven of 8 bytes go over the end of their line.
    for offset in 0x3a 0x38 0x3f 0x40 0x7c 0x1039 0; do
        echo "R $offset 8 1"
    done
    printf 'W 0x3e 2 2\nW 0x3f 2 2\nR 0x3f 1 3\n'
} >example.trace
"$MAKE_TRACE" example.data <example.trace
cat >expected <<'END'
  1 bytes: 1 accesses, 0 crossing
  2 bytes: 2 accesses, 1 crossing
  8 bytes: 7 accesses, 4 crossing
END
./crossings example.data >actual
same crossings expected actual
./crossings /dev/null 2>err && fail "read nothing"
has err '^crossings: /dev/null: not a memtrace trace$'
# What the manual shows is what is built.
sed -n '/^```c crossings/,/^```$/p' "$TEST_ROOT/docs/analyses.md" |
    sed '1d;$d' >shown
[ -s shown ] || fail "the manual shows nothing"
grep -vxFf "$TEST_ROOT/examples/line_crossings.c" shown >missing || true
[ ! -s missing ] || fail "not in the example: $(cat missing)"
echo "ok example"
