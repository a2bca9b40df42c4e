// condition.c: a condition variable; racy: the data is written only after the
// signal.
//
// plain: none
// racy: race data a-b
#include "together.h"

int is_ready;
int data;
int seen;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void producer(void)
{
#ifndef RACY
    data = 5;
#endif
    pthread_mutex_lock(&mutex);
    is_ready = 1;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
#ifdef RACY
    data = 5; // @a
#endif
}

static void consumer(void)
{
    pthread_mutex_lock(&mutex);
    while (!is_ready) {
        pthread_cond_wait(&condition, &mutex);
    }
    pthread_mutex_unlock(&mutex);
    seen = data; // @b
}

int main(void)
{
    together(producer, consumer);
    return 0;
}
