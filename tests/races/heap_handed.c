// heap_handed.c: a block of the heap changes hands through a mutex, and is
// freed by its new owner; racy: the old one goes on using it.
//
// plain: none
// racy: race - a-b
#include <stdlib.h>

#include "together.h"

int *handed;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void maker(void)
{
    int *block = malloc(400);

    for (int i = 0; i < 100; i++) {
        block[i] = i;
    }
    pthread_mutex_lock(&mutex);
    handed = block;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
#ifdef RACY
    meet(1);
    block[50] = 1; // @a
    meet(2);
#endif
}

static void taker(void)
{
    pthread_mutex_lock(&mutex);
    while (!handed) {
        pthread_cond_wait(&condition, &mutex);
    }
    pthread_mutex_unlock(&mutex);
#ifdef RACY
    meet(1);
#endif
    handed[50] = 2; // @b
#ifdef RACY
    meet(2);
#endif
    free(handed);
}

int main(void)
{
    together(maker, taker);
    return 0;
}
