// relaxed.c: an atomic counter, relaxed; racy: volatile, which is not atomic.
//
// plain: none
// racy: race counter a-a
#include "together.h"

#ifdef RACY
#define ADD ++*(volatile long *)&counter
#else
#define ADD __atomic_fetch_add(&counter, 1, __ATOMIC_RELAXED)
#endif
long counter;

static void add(void)
{
    for (int i = 0; i < 30; i++) {
        ADD; // @a
    }
}

int main(void)
{
    together(add, add);
    return 0;
}
