// condition_stripped.c: a condition variable in a program without any name: of
// a static one nothing tells libc's own accesses to it, some of them plain,
// from the program's; racy: what is handed over is written after the signal.
//
// not: gcc14
// build: -s
// plain: none
// racy: race - *-*
#include "together.h"

int is_ready;
int is_waiting;
int data;
int seen;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

// The waiter has given the mutex back, so it has come to the condition.
static void await_waiter(void)
{
    pthread_mutex_lock(&mutex);
    while (!is_waiting) {
        pthread_mutex_unlock(&mutex);
        usleep(100);
        pthread_mutex_lock(&mutex);
    }
    is_waiting = 0;
    pthread_mutex_unlock(&mutex);
}

static void producer(void)
{
    for (int i = 0; i < 50; i++) {
        await_waiter();
#ifndef RACY
        data++;
#endif
        pthread_mutex_lock(&mutex);
        is_ready = 1;
        pthread_mutex_unlock(&mutex);
        pthread_cond_signal(&condition);
#ifdef RACY
        data++;
#endif
    }
}

static void consumer(void)
{
    for (int i = 0; i < 50; i++) {
        pthread_mutex_lock(&mutex);
        is_waiting = 1;
        while (!is_ready) {
            pthread_cond_wait(&condition, &mutex);
        }
        is_ready = 0;
        pthread_mutex_unlock(&mutex);
        seen += data;
    }
}

int main(void)
{
    together(producer, consumer);
    return 0;
}
