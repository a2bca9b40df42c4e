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

struct together_body {
    void (*run)(void);
    // Of the time that the thread computes; its own to set: pthread_create()
    // may set a pthread_t when the thread is running already.
    clockid_t clock;
};

static struct together_body together_bodies[2];

static inline void *together_run(void *argument)
{
    struct together_body *body = (struct together_body *)argument;

    pthread_getcpuclockid(pthread_self(), &body->clock);
    meet(0);
    body->run();
    return NULL;
}

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
    clockid_t clock = together_bodies[which].clock;
    long long since = busy_ns(clock);

    while (busy_ns(clock) < since + 4000000) {
        usleep(1000);
    }
}

// Runs both, each in a thread of its own, from meeting 0 on.
static inline void together(void (*one)(void), void (*other)(void))
{
    pthread_t threads[2];

    together_bodies[0].run = one;
    together_bodies[1].run = other;
    meetings_init();
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, together_run, &together_bodies[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
}

#endif
