# `memtrace races` invents no race in a trace of plain `memtrace record` that it
# does not find in the program: whatever orders threads is an event of every
# trace.  (Races that are there may be in doubt, as such a trace has few stamps.)
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/races/suite.bash"

arches=$(of_guests x86_64 aarch64)
[ -n "$arches" ] || skip "none of the guests is to be tested"
for arch in $arches; do
    for name in rare_looks child_signal wait_id pidfd_signal semaphore_set \
        listener file_grows bytes_to_read range_closed signal_wait timers \
        epoll_pipe; do
        record "$arch" "$arch-$name.data" -- \
            "$TEST_BUILD/tests/races/$arch/static-O0/$name" \
            >out 2>err </dev/null
        judged "$arch" "$name" -i "$arch-$name.data" >said ||
            fail "$arch $name: $(cat said)"
    done
done

# A program that a signal ends is no program without races.
for arch in $arches; do
    qemu=$(qemu "$arch")
    status_of "$MEMTRACE" races --qemu "$qemu" -- \
        "$(guest "$arch" exits)" segv >out 2>err </dev/null
    has err 'the program was ended by signal 11'
    status_of "$MEMTRACE" races --qemu "$qemu" -- \
        "$(guest "$arch" exits)" exit >out 2>err </dev/null
    ! grep -q 'was ended by signal' err || fail "$arch: said of an exit, too"
done
