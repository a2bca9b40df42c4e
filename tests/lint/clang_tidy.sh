# clang-tidy finds nothing; .clang-tidy says what it looks for.
. "$TEST_ROOT/tests/lib.sh"

cd "$TEST_ROOT"
folders=$(make -s print-folders)
# shellcheck disable=SC2086 # names of folders
includes=$(printf -- '-I%s ' $folders)
export includes
# Its count of what it suppressed in system headers goes to stderr.
# shellcheck disable=SC2046 # names of folders
find $(cut -d/ -f1 <<<"$folders" | sort -u) -name '*.c' -print0 |
    xargs -0 -n 8 -P "$(nproc)" sh -c 'clang-tidy --quiet "$@" -- \
        -std=gnu11 -D_GNU_SOURCE -DMEMTRACE_VERSION="\"0\"" $includes \
        2>/dev/null' sh
