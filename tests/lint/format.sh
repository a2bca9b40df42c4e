# The C files are as clang-format would write them; `make format` does.
. "$TEST_ROOT/tests/lib.sh"

work=$PWD
cd "$TEST_ROOT"
source_files '*.[ch]' >"$work/files"
[ -s "$work/files" ] || fail "no list of the files"
status_of xargs clang-format --dry-run -Werror <"$work/files" 2>"$work/said"
# What is wrong, a file a line: how often, and where first.
awk -F : '
    / error: / {
        if (!n[$1]++) {
            first[$1] = $2 ":" $3
        }
    }
    END {
        for (file in n) {
            print file ": " n[file] " places; the first: " first[file]
        }
    }' "$work/said"
equal "status of clang-format" 0 "$status"
