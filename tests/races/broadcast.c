// broadcast.c: several wait for one broadcast, on a clock.
//
// plain: none
#include <time.h>

#include "together.h"

int is_open;
int data;
int seen[6];
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void *visitor(void *argument)
{
    int *mine = argument;
    struct timespec limit;

    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 600;
    pthread_mutex_lock(&mutex);
    while (!is_open) {
        pthread_cond_timedwait(&condition, &mutex, &limit);
    }
    pthread_mutex_unlock(&mutex);
    *mine = data;
    return NULL;
}

int main(void)
{
    pthread_t threads[6];
    int sum = 0;

    for (int i = 0; i < 6; i++) {
        pthread_create(&threads[i], NULL, visitor, &seen[i]);
    }
    data = 11;
    pthread_mutex_lock(&mutex);
    is_open = 1;
    pthread_mutex_unlock(&mutex);
    pthread_cond_broadcast(&condition);
    for (int i = 0; i < 6; i++) {
        pthread_join(threads[i], NULL);
        sum += seen[i];
    }
    return sum != 66;
}
