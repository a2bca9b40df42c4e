# The other integration tests, on newer QEMUs than that on PATH: two guests on
# two versions.  `make check-qemu` runs all there are.
. "$TEST_ROOT/tests/lib.sh"

[ -z "${MEMTRACE_TEST_QEMU-}" ] || skip "a QEMU is chosen"
needs_guest x86_64
needs_guest aarch64
cache=$(qemu_cache)
for version in 10.0 11.1; do
    for guest in x86_64 aarch64; do
        [ -x "$cache/qemu-$version/bin/qemu-$guest" ] ||
            skip_unless_ci "no QEMU $version for $guest:" \
                "tools/build-qemu $version $guest builds it"
    done
done
BUILD=$TEST_BUILD "$TEST_ROOT/tests/matrix" -j 1 -q '10.0 11.1' \
    -g 'x86_64 aarch64' integration/accesses integration/by_hand \
    integration/exits integration/lackey integration/loader \
    integration/mappings integration/oracle 'integration/plugin_*' \
    integration/record_command integration/waves ||
    fail "a cell of the table"
