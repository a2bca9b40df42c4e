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

// Runs both, each in a thread of its own, from meeting 0 on.
static inline void together(void (*one)(void), void (*other)(void))
{
    pthread_t threads[2];
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
