// counter.c: two threads add to one counter, with a mutex and without.
//
// plain: none
// racy: race counter a-a
#include "together.h"

int counter;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void add(void)
{
    for (int i = 0; i < 100; i++) { // @a by gcc 14
#ifndef RACY
        pthread_mutex_lock(&mutex);
#endif
        counter++; // @a
#ifndef RACY
        pthread_mutex_unlock(&mutex);
#endif
    }
}

int main(void)
{
    together(add, add);
    return 0;
}
