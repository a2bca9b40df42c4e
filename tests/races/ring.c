// ring.c: a ring for one producer and one consumer, by release and acquire:
// plain moves except on aarch64, so both indices look like flags that are spun
// on; on riscv64 as publish_acquire.c says. Racy: a slot is written once more,
// and read, when all is over.
//
// plain aarch64: none
// plain !aarch64,riscv64: ad-hoc written a-b
// plain !aarch64,riscv64: ad-hoc taken c-d
// plain riscv64: may written a-b
// plain riscv64: may taken c-d
// racy: race slots e-f
// racy !aarch64,riscv64: ad-hoc written a-b
// racy !aarch64,riscv64: ad-hoc taken c-d
// racy riscv64: may written a-b
// racy riscv64: may taken c-d
#include "together.h"

enum { N_SLOTS = 4, N_ITEMS = 40 };

int slots[N_SLOTS];
unsigned written;
unsigned taken;
long sum;

static void produce(void)
{
    meet(1);
    await_busy(1);
    for (unsigned i = 0; i < N_ITEMS; i++) {
        while (i - __atomic_load_n(&taken, __ATOMIC_ACQUIRE) == N_SLOTS) { // @d
        }
        slots[i % N_SLOTS] = (int)i;
        __atomic_store_n(&written, i + 1, __ATOMIC_RELEASE); // @a
    }
#ifdef RACY
    meet(2);
    slots[0] = 1; // @e
    meet(3);
#endif
}

static void consume(void)
{
    meet(1);
    for (unsigned i = 0; i < N_ITEMS; i++) {
        while (__atomic_load_n(&written, __ATOMIC_ACQUIRE) == i) { // @b
        }
        if (i == 0) {
            await_busy(0);
        }
        sum += slots[i % N_SLOTS];
        __atomic_store_n(&taken, i + 1, __ATOMIC_RELEASE); // @c
    }
#ifdef RACY
    meet(2);
    sum += slots[0]; // @f
    meet(3);
#endif
}

int main(void)
{
    together(produce, consume);
    return 0;
}
