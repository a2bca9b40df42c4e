# cppcheck finds nothing.
. "$TEST_ROOT/tests/lib.sh"

cd "$TEST_ROOT"
cppcheck --quiet --enable=warning,portability,performance --std=c11 \
    --inline-suppr --error-exitcode=1 -D__x86_64__ -D_GNU_SOURCE \
    -DMEMTRACE_VERSION='"0"' -Ichannel -Iplugin -Itrace -Irecorder -Isymbols -Ianalysis -Icli \
    channel plugin trace recorder symbols analysis cli examples tests/helpers tests/oracle
