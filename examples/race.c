/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race.c - two threads count together: once under a mutex, once without, which
 * is a data race.  The example that the README records.
 */
#include <pthread.h>
#include <stdio.h>

#define ROUNDS 300

static int counted_safely;
static int counted_racily;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t both_are_here;

static void *count(void *arg)
{
    /* Without it the first might be done before the second is there. */
    pthread_barrier_wait(&both_are_here);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        counted_safely++;
        pthread_mutex_unlock(&mutex);
        /* Both threads may load the same value: then one store is lost. */
        *(volatile int *)&counted_racily += 1;
    }
    return arg;
}

int main(void)
{
    pthread_t threads[2];

    pthread_barrier_init(&both_are_here, NULL, 2);
    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, count, NULL)) {
            perror("pthread_create");
            return 1;
        }
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("with the mutex: %d of %d\n", counted_safely, 2 * ROUNDS);
    printf("without it: %d, and at most %d\n", counted_racily, 2 * ROUNDS);
    return 0;
}
