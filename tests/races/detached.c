// detached.c: a detached thread says when its result is there; racy: the
// result comes after that.
//
// plain: none
// racy: race result a-b
#include <semaphore.h>

#include "together.h"

int result;
int seen;
sem_t is_there;

static void *work(void *argument)
{
#ifndef RACY
    result = 6;
#endif
    sem_post(&is_there);
#ifdef RACY
    meet(0);
    result = 6; // @a
    meet(1);
#endif
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_attr_t attributes;

    meetings_init();
    sem_init(&is_there, 0, 0);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_create(&thread, &attributes, work, NULL);
    sem_wait(&is_there);
#ifdef RACY
    meet(0);
#endif
    seen = result; // @b
#ifdef RACY
    meet(1);
#endif
    return 0;
}
