// file_lock.c: two processes change shared memory under a lock on a file;
// racy: each locks a part of its own.
//
// plain: none
// racy: race - a-a
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    pthread_barrier_t both_have_it;
    pthread_barrier_t both_had_it;
    volatile int counter;
};

static int counted(int file, int part, struct shared *shared)
{
    struct flock lock = {.l_type = F_WRLCK, .l_start = part, .l_len = 1};

    if (fcntl(file, F_SETLKW, &lock)) {
        return 1;
    }
#ifdef RACY
    pthread_barrier_wait(&shared->both_have_it);
#endif
    shared->counter++; // @a
#ifdef RACY
    pthread_barrier_wait(&shared->both_had_it);
#endif
    lock.l_type = F_UNLCK;
    return fcntl(file, F_SETLK, &lock) != 0;
}

int main(void)
{
    FILE *file = tmpfile();
    struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_barrierattr_t attributes;
    int part = 0;
    int status = 0;
    pid_t child;

    if (!file) {
        return 1;
    }
    pthread_barrierattr_init(&attributes);
    pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&shared->both_have_it, &attributes, 2);
    pthread_barrier_init(&shared->both_had_it, &attributes, 2);
    child = fork();
#ifdef RACY
    part = child == 0;
#endif
    if (counted(fileno(file), part, shared)) {
        return 1;
    }
    if (child == 0) {
        _exit(0);
    }
    waitpid(child, &status, 0);
    return status || shared->counter < 1;
}
