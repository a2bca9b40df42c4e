// specific.c: thread-specific data, whose destructors run as threads end.
//
// plain: none
#include <stdlib.h>

#include "together.h"

pthread_key_t key;
int n_destroyed;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void destroy(void *value)
{
    free(value);
    pthread_mutex_lock(&mutex);
    n_destroyed++;
    pthread_mutex_unlock(&mutex);
}

static void work(void)
{
    int *value = malloc(sizeof(*value));

    *value = 1;
    pthread_setspecific(key, value);
    ++*(int *)pthread_getspecific(key);
}

int main(void)
{
    pthread_key_create(&key, destroy);
    together(work, work);
    return n_destroyed != 2;
}
