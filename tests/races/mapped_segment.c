// mapped_segment.c: two children attach a segment of System V, each at an
// address of its own; racy: without the mutex, which lies there, too.
//
// plain: none
// racy: race - a-a
#include <sys/ipc.h>
#include <sys/shm.h>

#include "children.h"

static int segment;

static void store(int number)
{
    struct shared *shared;

    // Whatever lies before it.
    if (number) {
        mmap(NULL, PLACE_BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    shared = (struct shared *)shmat(segment, NULL, 0);
    if (shared == (void *)-1) {
        exit(2);
    }
    children_meet();
#ifndef RACY
    pthread_mutex_lock(&shared->mutex);
#endif
    shared->counter = number; // @a
#ifndef RACY
    pthread_mutex_unlock(&shared->mutex);
#endif
}

int main(void)
{
    struct shared *shared;
    int failed;

    children_init();
    segment = shmget(IPC_PRIVATE, PLACE_BYTES, IPC_CREAT | 0600);
    if (segment < 0) {
        return 2;
    }
    shared = (struct shared *)shmat(segment, NULL, 0);
    shared_mutex(&shared->mutex);
    shmdt(shared);
    failed = children_run(store);
    shmctl(segment, IPC_RMID, NULL);
    return failed;
}
