# The C files are as clang-format would write them; `make format` does.
. "$TEST_ROOT/tests/lib.sh"

cd "$TEST_ROOT"
source_files '*.[ch]' | xargs clang-format --dry-run -Werror
