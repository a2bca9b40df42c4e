// semaphore.c: a semaphore tells that the data is there; racy: it was not 0
// at first.
//
// plain: none
// racy: race data a-b
#include <semaphore.h>

#include "together.h"

int data;
int seen;
sem_t is_there;

static void producer(void)
{
#ifdef RACY
    meet(1);
#endif
    data = 3; // @a
#ifdef RACY
    meet(2);
#endif
    sem_post(&is_there);
}

static void consumer(void)
{
    sem_wait(&is_there);
#ifdef RACY
    meet(1);
#endif
    seen = data; // @b
#ifdef RACY
    meet(2);
#endif
}

int main(void)
{
#ifdef RACY
    sem_init(&is_there, 0, 1);
#else
    sem_init(&is_there, 0, 0);
#endif
    together(producer, consumer);
    return 0;
}
