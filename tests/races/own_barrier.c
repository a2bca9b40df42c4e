// own_barrier.c: a barrier made of atomic adds; racy: its user forgot one.
//
// plain: none
// racy: race halves a-b b-a
#include "together.h"

volatile int halves[2];
int sums[2];
int n_arrived;
int generation;

#ifndef RACY
static void wait_for_all(void)
{
    int now = __atomic_load_n(&generation, __ATOMIC_ACQUIRE);

    if (__atomic_add_fetch(&n_arrived, 1, __ATOMIC_ACQ_REL) == 2) {
        __atomic_store_n(&n_arrived, 0, __ATOMIC_RELAXED);
        __atomic_add_fetch(&generation, 1, __ATOMIC_RELEASE);
        return;
    }
    while (__atomic_load_n(&generation, __ATOMIC_ACQUIRE) == now) {
    }
}
#endif

static void work(int who)
{
    for (int round = 0; round < 10; round++) {
#ifndef RACY
        wait_for_all();
#endif
        halves[who] = round; // @a
#ifndef RACY
        wait_for_all();
#endif
        sums[who] += halves[0] + halves[1]; // @b
    }
}

static void one(void)
{
    work(0);
}

static void other(void)
{
    work(1);
}

int main(void)
{
    together(one, other);
    return 0;
}
