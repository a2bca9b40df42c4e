// crowd.c: sixteen threads at once on one counter; racy: it is not atomic.
//
// plain: none
// racy: race counter a-a
#include "together.h"

enum { N_THREADS = 16 };

long counter;
pthread_barrier_t all;

static void *work(void *argument)
{
    pthread_barrier_wait(&all);
#ifdef RACY
    counter++; // @a
#else
    __atomic_fetch_add(&counter, 1, __ATOMIC_RELAXED);
#endif
    return argument;
}

int main(void)
{
    pthread_t threads[N_THREADS];

    pthread_barrier_init(&all, NULL, N_THREADS);
    for (int i = 0; i < N_THREADS; i++) {
        pthread_create(&threads[i], NULL, work, NULL);
    }
    for (int i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    return counter == 0;
}
