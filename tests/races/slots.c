// slots.c: each thread counts in a slot of its own; racy: both in the first.
// The slots share a cache line, which is no race.
//
// plain: none
// racy: race slots a-a
#include "together.h"

volatile int slots[2];

__attribute__((noinline)) static void count(int slot)
{
#ifdef RACY
    slot = 0;
#endif
    for (int i = 0; i < 100; i++) {
        slots[slot]++; // @a
    }
}

static void one(void)
{
    count(0);
}

static void other(void)
{
    count(1);
}

int main(void)
{
    together(one, other);
    return 0;
}
