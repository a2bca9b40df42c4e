# What fails in memtrace record before QEMU runs, or as it begins to: the guest
# does not run, or record waits for it; no half a trace is left, and an older
# one stays.  Each allocation up to there fails once.
. "$TEST_ROOT/tests/lib.sh"

LAST=100 # the recorder is at work by then

guest=$(guest "${TEST_GUESTS%% *}" exits)

# Of the process that it is loaded into, not of those that it starts, the
# allocation with the number FAIL_AT fails; then there is a file $FAIL_SAID.
cat >fail_at.c <<'END'
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static atomic_long left;
static const char *said;

static void stop(void)
{
    left = 0;
}

__attribute__((constructor)) static void start(void)
{
    const char *number = getenv("FAIL_AT");

    said = getenv("FAIL_SAID");
    pthread_atfork(NULL, NULL, stop);
    unsetenv("LD_PRELOAD");
    left = number ? atol(number) : 0;
}

static int fails(void)
{
    if (left <= 0 || --left != 0) {
        return 0;
    }
    close(open(said, O_WRONLY | O_CREAT, 0600));
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}
END
gcc -O1 -fno-builtin -shared -fPIC -o fail_at.so fail_at.c
mkfifo in out

# with_failure N: record, where the Nth allocation fails, a guest that lives
# until its input ends.  $status; said has what the guest said, err what record
# said; $waited is 1 where record was there when the guest ran.
with_failure() {
    local reader record
    rm -f said err failed
    exec 9<>in
    cat out >said 9<&- &
    reader=$!
    FAIL_AT=$1 FAIL_SAID=$PWD/failed LD_PRELOAD=$PWD/fail_at.so \
        "$MEMTRACE" record --force --digest -o t.data "$guest" exit 3 \
        <in >out 2>err 9<&- &
    record=$!
    until [ -s said ] || ! kill -0 $record 2>/dev/null; do
        sleep 0.01
    done
    waited=0
    if [ -s said ] && kill -0 $record 2>/dev/null; then
        waited=1
    fi
    exec 9>&-
    status_of wait $record
    wait $reader # until nobody has the guest's output any more
}

echo old >old
before=0
began=0
for ((n = 1; n <= LAST; n++)); do
    cp old t.data
    with_failure $n
    [ -e failed ] || fail "record makes only $n allocations"
    if [ $waited = 1 ]; then
        equal "allocation $n: the guest's status" 3 "$status"
        ! grep -q 'goes on without' err || began=$((began + 1))
        continue
    fi
    [ ! -s said ] || fail "allocation $n: record left its guest behind"
    equal "allocation $n: status" 1 "$status"
    equal "allocation $n: lines" 1 "$(wc -l <err)"
    same "allocation $n: the older trace" old t.data
    before=$((before + 1))
done
# They were those that are meant.
[ $before -gt 10 ] || fail "only $before failures before QEMU runs"
[ $began -gt 2 ] || fail "only $began failures as the recorder begins"
