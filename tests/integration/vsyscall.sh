# x86_64: a program that calls through the vsyscall page runs as without
# memtrace, on each QEMU.  Asking for the bytes of its instructions once ended
# the guest on QEMU 10.0 and later.
. "$TEST_ROOT/tests/lib.sh"

needs_guest x86_64
cat >vsyscall.c <<'TEXT'
#include <stdio.h>
#include <time.h>

int main(void)
{
    time_t (*get_time)(time_t *) = (time_t(*)(time_t *))0xffffffffff600400;
    time_t kept;
    time_t answer = get_time(&kept);

    printf("%s\n", answer == kept && answer > 0 ? "the time" : "no time");
    return 7;
}
TEXT
"$(cross_cc x86_64)" -O1 -static -o vsyscall vsyscall.c

cache=$(qemu_cache)
for qemu in "$(qemu x86_64)" "$cache"/qemu-1*/bin/qemu-x86_64; do
    [ -x "$(command -v "$qemu")" ] || continue
    status=0
    "$MEMTRACE" record --force -o vsyscall.data --qemu "$qemu" -- \
        ./vsyscall >said 2>err || status=$?
    equal "$qemu: status" 7 "$status"
    equal "$qemu: output" 'the time' "$(cat said)"
done
