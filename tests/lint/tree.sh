# Nothing in the tree names a machine, or was left for later.
. "$TEST_ROOT/tests/lib.sh"

work=$PWD
cd "$TEST_ROOT"
# In brackets, so that this file is not found itself.
source_files '*' >"$work/files.txt"
[ "$(wc -l <"$work/files.txt")" -gt 50 ] || fail "no list of the files"
for pattern in '[/]work/' '[/]root/' '[/]home/' '[/]tmp/tmp\.' \
    '\b[T]ODO\b' '\b[F]IXME\b' '\b[X]XX\b' '[<]<<<<<< ' '[>]>>>>>> '; do
    if xargs grep -nIE -e "$pattern" <"$work/files.txt" >"$work/found.txt"
    then
        cat "$work/found.txt"
        fail "found $pattern"
    fi
done
# Text files end with a line end and lines do not end with blanks.
if xargs grep -nIE -e '[[:blank:]]+$' <"$work/files.txt" |
    grep -v '\.session:\|LICENSE:\|^fuzz/corpus/' >"$work/found.txt"; then
    cat "$work/found.txt"
    fail "blanks at the end of a line"
fi
# What is built is not in the tree.
if grep -E '\.(o|a|so|data)$' "$work/files.txt" |
    grep -v '^fuzz/\|^tests/cli/\|^tests/traces/' >"$work/found.txt"; then
    cat "$work/found.txt"
    fail "built files in the tree"
fi
