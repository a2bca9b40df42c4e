// cancelled.c: a thread is cancelled, cleans up, and is joined.
//
// not: musl
// plain: none
#include "together.h"

int n_cleaned;

static void clean(void *argument)
{
    ++*(int *)argument;
}

static void *work(void *argument)
{
    pthread_cleanup_push(clean, &n_cleaned);
    for (;;) {
        pthread_testcancel();
    }
    pthread_cleanup_pop(0);
    return argument;
}

int main(void)
{
    pthread_t thread;

    n_cleaned = 1;
    pthread_create(&thread, NULL, work, NULL);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
    return n_cleaned != 2;
}
