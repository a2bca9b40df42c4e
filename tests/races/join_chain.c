// join_chain.c: who joins a thread that has joined another knows of both;
// racy: the thread in the middle has joined nobody.
//
// plain: none
// racy: race result a-b
#include "together.h"

int result;
int seen;
pthread_t first;

static void *work(void *argument)
{
#ifdef RACY
    meet(0);
#endif
    result = 4; // @a
#ifdef RACY
    meet(1);
#endif
    return argument;
}

static void *middle(void *argument)
{
#ifndef RACY
    pthread_join(first, NULL);
#endif
    return argument;
}

int main(void)
{
    pthread_t second;

    meetings_init();
    pthread_create(&first, NULL, work, NULL);
    pthread_create(&second, NULL, middle, NULL);
#ifdef RACY
    meet(0);
#endif
    pthread_join(second, NULL);
    seen = result; // @b
#ifdef RACY
    meet(1);
    pthread_join(first, NULL);
#endif
    return 0;
}
