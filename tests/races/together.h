// together.h: two threads that meet.
//
// What both do between two meetings is unordered, however they are scheduled:
// nothing that one of them does after it is seen by the other before it.  That
// is why each meeting has a barrier of its own: who leaves late would see who
// has come to the next one.
#ifndef TOGETHER_H
#define TOGETHER_H

#include <pthread.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

static pthread_barrier_t meetings[4];

static inline void meet(int number)
{
    pthread_barrier_wait(&meetings[number]);
}

static inline void meetings_init(void)
{
    for (int i = 0; i < 4; i++) {
        pthread_barrier_init(&meetings[i], NULL, 2);
    }
}

static inline void *together_run(void *argument)
{
    void (*const *body)(void) = (void (*const *)(void))argument;

    meet(0);
    (*body)();
    return NULL;
}

static pthread_t together_threads[2];

static inline long long busy_ns(clockid_t clock)
{
    struct timespec now = {0, 0};

    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

// Until that one of the two has computed for some milliseconds more.  So what
// it spins on comes when it has spun, though it tells nobody that it does.
static inline void await_busy(int which)
{
    clockid_t clock;
    long long since;

    pthread_getcpuclockid(together_threads[which], &clock);
    since = busy_ns(clock);
    while (busy_ns(clock) < since + 4000000) {
        usleep(1000);
    }
}

// Runs both, each in a thread of its own, from meeting 0 on.
static inline void together(void (*one)(void), void (*other)(void))
{
    pthread_t *threads = together_threads;
    void (*const bodies[2])(void) = {one, other};

    meetings_init();
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, together_run, (void *)&bodies[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
}

#endif
