// trylock.c: the holder writes; racy: who did not get the mutex writes too.
//
// plain: none
// racy: race shared a-b
#include "together.h"

int shared;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void holder(void)
{
    pthread_mutex_lock(&mutex);
    meet(1);
    shared = 1; // @a
    meet(2);
    pthread_mutex_unlock(&mutex);
}

static void other(void)
{
    int is_mine;

    meet(1);
    is_mine = pthread_mutex_trylock(&mutex) == 0; // never
#ifdef RACY
    shared = 2; // @b
#else
    if (is_mine) {
        shared = 2;
    }
#endif
    meet(2);
    if (is_mine) {
        pthread_mutex_unlock(&mutex);
    }
}

int main(void)
{
    together(holder, other);
    return 0;
}
