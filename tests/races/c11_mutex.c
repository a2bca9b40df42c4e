// c11_mutex.c: threads and a mutex of C11; racy: without the mutex.
//
// plain: none
// racy: race counter a-a
#include <threads.h>

#include "together.h"

int counter;
mtx_t mutex;

static int work(void *argument)
{
    meet(0);
#ifndef RACY
    mtx_lock(&mutex);
#endif
    counter++; // @a
#ifndef RACY
    mtx_unlock(&mutex);
#endif
    return argument != NULL;
}

int main(void)
{
    thrd_t threads[2];

    meetings_init();
    mtx_init(&mutex, mtx_plain);
    for (int i = 0; i < 2; i++) {
        thrd_create(&threads[i], work, NULL);
    }
    for (int i = 0; i < 2; i++) {
        thrd_join(threads[i], NULL);
    }
    return 0;
}
