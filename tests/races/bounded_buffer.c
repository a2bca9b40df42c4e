// bounded_buffer.c: producer and consumer with two conditions; racy: the
// consumer first looks at the count without the mutex.
//
// plain: none
// racy: race count a-b
#include "together.h"

int slots[4];
int count;
long sum;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t not_full = PTHREAD_COND_INITIALIZER;
pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER;

static void produce(void)
{
    meet(1);
    for (int i = 0; i < 30; i++) {
        if (i == 1) {
            meet(2);
        }
        pthread_mutex_lock(&mutex);
        while (count == 4) {
            pthread_cond_wait(&not_full, &mutex);
        }
        slots[count++] = i; // @b
        pthread_cond_signal(&not_empty);
        pthread_mutex_unlock(&mutex);
    }
}

static void consume(void)
{
    meet(1);
#ifdef RACY
    sum = count; // @a
#endif
    meet(2);
    for (int i = 0; i < 30; i++) {
        pthread_mutex_lock(&mutex);
        while (count == 0) {
            pthread_cond_wait(&not_empty, &mutex);
        }
        sum += slots[--count];
        pthread_cond_signal(&not_full);
        pthread_mutex_unlock(&mutex);
    }
}

int main(void)
{
    together(produce, consume);
    return 0;
}
