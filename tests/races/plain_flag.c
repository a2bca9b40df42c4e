// plain_flag.c: publication by a plain flag that the other thread spins on;
// racy: the reader does not wait.
//
// plain: ad-hoc flag a-b
// racy: race data c-d
#include <semaphore.h>

#include "together.h"

volatile int flag;
int data;
int seen;
sem_t spinning;

static void publish(void)
{
#ifndef RACY
    sem_wait(&spinning);
#endif
    data = 42; // @c
    flag = 1;  // @a
}

static void await(void)
{
#ifndef RACY
    int n = 0;

    while (!flag) { // @b
        if (++n == 100) {
            sem_post(&spinning); // by now it has been seen to spin
        }
    }
#endif
    seen = data; // @d
}

int main(void)
{
    sem_init(&spinning, 0, 0);
    together(publish, await);
    return 0;
}
