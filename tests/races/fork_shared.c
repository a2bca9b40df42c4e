// fork_shared.c: parent and child add to a counter in shared memory; racy:
// without the mutex.
//
// plain: none
// racy !s390x: race - a-a
// racy s390x: may - a-a
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "together.h"

struct shared {
    pthread_mutex_t mutex;
    pthread_barrier_t barrier;
    int counter;
};

static void add(struct shared *shared)
{
    pthread_barrier_wait(&shared->barrier);
    for (int i = 0; i < 50; i++) { // @a by gcc 14
#ifndef RACY
        pthread_mutex_lock(&shared->mutex);
#endif
        shared->counter++; // @a
#ifndef RACY
        pthread_mutex_unlock(&shared->mutex);
#endif
    }
}

int main(void)
{
    struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t mutex;
    pthread_barrierattr_t barrier;
    pid_t child;

    pthread_mutexattr_init(&mutex);
    pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&shared->mutex, &mutex);
    pthread_barrierattr_init(&barrier);
    pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&shared->barrier, &barrier, 2);
    child = fork();
    if (child < 0) {
        return 1;
    }
    add(shared);
    if (child == 0) {
        _exit(0);
    }
    waitpid(child, NULL, 0);
    return shared->counter < 1;
}
