// publish_acquire.c: publication by release store and acquire loads.  On
// x86_64 both are plain moves, as are the racy one's relaxed ones everywhere:
// in a binary that is a flag that is spun on.
//
// plain aarch64: none
// plain x86_64: ad-hoc flag a-b
// racy: ad-hoc flag a-b
// racy: may data c-d
#include <semaphore.h>

#include "together.h"

#ifdef RACY
#define RELEASE __ATOMIC_RELAXED
#define ACQUIRE __ATOMIC_RELAXED
#else
#define RELEASE __ATOMIC_RELEASE
#define ACQUIRE __ATOMIC_ACQUIRE
#endif

int flag;
int data;
int seen;
sem_t spinning;

static void publish(void)
{
    sem_wait(&spinning);
    data = 42;                           // @c
    __atomic_store_n(&flag, 1, RELEASE); // @a
}

static void await(void)
{
    int n = 0;

    while (!__atomic_load_n(&flag, ACQUIRE)) { // @b
        if (++n == 100) {
            sem_post(&spinning);
        }
    }
    seen = data; // @d
}

int main(void)
{
    sem_init(&spinning, 0, 0);
    together(publish, await);
    return 0;
}
