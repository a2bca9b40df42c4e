# The C files are as clang-format would write them; `make format` does.
. "$TEST_ROOT/tests/lib.sh"

work=$PWD
cd "$TEST_ROOT"
source_files '*.[ch]' >"$work/files"
[ -s "$work/files" ] || fail "no list of the files"
n=0
while read -r file; do
    clang-format --dry-run -Werror "$file" 2>"$work/said" || {
        echo "$file: $(grep -c 'error:' "$work/said") places;" \
            "the first: $(grep -m 1 -o '[0-9]*:[0-9]*: error.*' "$work/said")"
        n=$((n + 1))
    }
done <"$work/files"
[ "$n" -eq 0 ] || fail "$n files are not as make format writes them"
