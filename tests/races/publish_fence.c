// publish_fence.c: plain accesses between full barriers; the flag is spun on.
//
// plain: ad-hoc flag a-b
// racy: ad-hoc flag a-b
// racy: race other c-d
#include <semaphore.h>

#include "together.h"

volatile int flag;
int data;
int other;
int seen;
sem_t spinning;

static void publish(void)
{
    sem_wait(&spinning);
    data = 42;
    __sync_synchronize();
    flag = 1; // @a
#ifdef RACY
    other = 1; // @c
#endif
}

static void await(void)
{
    int n = 0;

    while (!flag) { // @b
        if (++n == 100) {
            sem_post(&spinning);
        }
    }
    __sync_synchronize();
    seen = data;
#ifdef RACY
    other = 2; // @d
#endif
}

int main(void)
{
    sem_init(&spinning, 0, 0);
    together(publish, await);
    return 0;
}
