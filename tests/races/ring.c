// ring.c: a ring for one producer and one consumer, by release and acquire:
// plain moves on x86_64, so both indices look like flags that are spun on.
// Racy: a slot is written once more after it was given away.
//
// plain aarch64: none
// plain x86_64: ad-hoc written a-b
// plain x86_64: ad-hoc taken c-d
// racy aarch64: race slots e-f
// racy x86_64: race slots e-f
// racy x86_64: ad-hoc written a-b
// racy x86_64: ad-hoc taken c-d
#include <semaphore.h>

#include "together.h"

enum { N_SLOTS = 4, N_ITEMS = 40 };

int slots[N_SLOTS];
unsigned written;
unsigned taken;
long sum;
sem_t producer_spun;
sem_t consumer_spun;

static void produce(void)
{
    int n = 0;

    sem_wait(&consumer_spun);
    for (unsigned i = 0; i < N_ITEMS; i++) {
        while (i - __atomic_load_n(&taken, __ATOMIC_ACQUIRE) == N_SLOTS) { // @d
            if (++n == 100) {
                sem_post(&producer_spun);
            }
        }
        slots[i % N_SLOTS] = (int)i;
        __atomic_store_n(&written, i + 1, __ATOMIC_RELEASE); // @a
    }
#ifdef RACY
    slots[(N_ITEMS - 1) % N_SLOTS] = 1; // @e
#endif
}

static void consume(void)
{
    int n = 0;

    for (unsigned i = 0; i < N_ITEMS; i++) {
        while (__atomic_load_n(&written, __ATOMIC_ACQUIRE) == i) { // @b
            if (++n == 100) {
                sem_post(&consumer_spun);
            }
        }
        if (i == 0) {
            sem_wait(&producer_spun);
        }
        sum += slots[i % N_SLOTS];                         // @f
        __atomic_store_n(&taken, i + 1, __ATOMIC_RELEASE); // @c
    }
}

int main(void)
{
    sem_init(&producer_spun, 0, 0);
    sem_init(&consumer_spun, 0, 0);
    together(produce, consume);
    return 0;
}
