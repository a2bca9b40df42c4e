// children.h: two children of one process, which share memory and meet.
//
// What both do behind the meeting is unordered: as with together.h.  The
// meeting itself is in memory that they inherit.
#ifndef CHILDREN_H
#define CHILDREN_H

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLACE_BYTES 65536

struct shared {
    pthread_mutex_t mutex;
    int counter;
};

static pthread_barrier_t *children_meeting;

// Addresses where nothing else is, the same in both.
static char *children_places[2];

static inline void *inherited_memory(void)
{
    return mmap(NULL, PLACE_BYTES, PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

// A file without a name, which both have as a descriptor.
static inline int new_file(void)
{
    FILE *file = tmpfile();

    if (!file || ftruncate(fileno(file), PLACE_BYTES)) {
        exit(2);
    }
    return fileno(file);
}

// Maps it where one of the places is.
static inline struct shared *map_file(int fd, int place)
{
    void *mapped = mmap(children_places[place], PLACE_BYTES,
                        PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);

    if (mapped == MAP_FAILED) {
        exit(2);
    }
    return (struct shared *)mapped;
}

static inline void shared_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attributes;

    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(mutex, &attributes);
}

static inline void children_meet(void)
{
    pthread_barrier_wait(children_meeting);
}

static inline void init_barrier(pthread_barrier_t *barrier)
{
    pthread_barrierattr_t attributes;

    pthread_barrierattr_init(&attributes);
    pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(barrier, &attributes, 2);
}

static inline void children_init(void)
{
    children_meeting = (pthread_barrier_t *)inherited_memory();
    init_barrier(children_meeting);
    for (int i = 0; i < 2; i++) {
        children_places[i] = (char *)mmap(NULL, PLACE_BYTES, PROT_NONE,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
}

// Runs both, and awaits them.  Returns 0 if both did well.
static inline int children_run(void (*run)(int number))
{
    int failed = 0, status;

    for (int i = 0; i < 2; i++) {
        pid_t child = fork();

        if (child == 0) {
            run(i);
            _exit(0);
        }
        failed |= child < 0;
    }
    for (int i = 0; i < 2; i++) {
        failed |= wait(&status) < 0 || status != 0;
    }
    return failed;
}

#endif
