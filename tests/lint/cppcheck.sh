# cppcheck finds nothing.
. "$TEST_ROOT/tests/lib.sh"

cd "$TEST_ROOT"
folders=$(make -s print-folders)
# shellcheck disable=SC2046,SC2086 # names of folders
cppcheck --quiet --enable=warning,portability,performance --std=c11 \
    --inline-suppr --error-exitcode=1 -D__x86_64__ -D_GNU_SOURCE \
    -DMEMTRACE_VERSION='"0"' $(printf -- '-I%s ' $folders) \
    $(cut -d/ -f1 <<<"$folders" | sort -u) examples tests/helpers tests/oracle
