// join_poll.c: a thread's end is seen by asking for it again and again.
//
// plain: none
#include <sched.h>

#include "together.h"

int result;

static void *work(void *argument)
{
    for (int i = 0; i < 1000; i++) {
        result += i;
    }
    return argument;
}

int main(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, work, NULL);
    while (pthread_tryjoin_np(thread, NULL)) {
        sched_yield();
    }
    return result != 499500;
}
