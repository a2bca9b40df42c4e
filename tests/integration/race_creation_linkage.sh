# Where a thread was started is told of a stripped program as well, though libc
# may have lines: with the linkage table bound at once and when it is used.
. "$TEST_ROOT/tests/lib.sh"

cat >program.c <<'END'
#include <pthread.h>
#include <stddef.h>

static pthread_barrier_t before, after;
volatile int counter;

static void *count(void *argument)
{
    pthread_barrier_wait(&before);
    counter++;
    pthread_barrier_wait(&after);
    return argument;
}

__attribute__((noinline)) void start(pthread_t *threads)
{
    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, count, NULL)) {
            __builtin_trap();
        }
    }
}

int main(void)
{
    pthread_t threads[2];

    pthread_barrier_init(&before, NULL, 2);
    pthread_barrier_init(&after, NULL, 2);
    start(threads);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    return 0;
}
END

# creators ARCH FLAGS...: both threads are started in start().
creators() {
    local arch=$1 what="$*" dir cc
    shift
    dir=$(sysroot "$arch")
    cc=$(cross_cc "$arch")
    "$cc" -O2 -pthread "$@" -o whole program.c
    "${cc%gcc}strip" -o program whole
    status_of "$MEMTRACE" races -o races.data --force --format json \
        --qemu "$(qemu "$arch")" ${dir:+--sysroot "$dir"} -- ./program \
        >json 2>err
    equal "$what: status" 1 "$status"
    "${cc%gcc}nm" -S whole | awk '$4 == "start" { print "0x" $1, "0x" $2 }' \
        >range
    read -r first size <range
    jq -r '.races[].accesses[].thread_created_by |
        "\(.module | split("/") | last) \(.module_offset)"' json >places
    [ -s places ] || fail "$what: no race"
    while read -r module offset; do
        equal "$what: module" program "$module"
        ((offset >= first && offset < first + size)) ||
            fail "$what: started at $offset, not within $(cat range)"
    done <places
}

for arch in $(of_guests x86_64 aarch64); do
    creators "$arch" -Wl,-z,lazy
    creators "$arch" -Wl,-z,now
done
