// publish_acquire.c: publication by release store and acquire loads.  On
// x86_64 both are plain moves, as are the racy one's relaxed ones everywhere:
// in a binary that is a flag that is spun on.
//
// plain aarch64: none
// plain x86_64: ad-hoc flag a-b
// racy: ad-hoc flag a-b
// racy: may data c-d
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

static void publish(void)
{
    meet(1);
    await_busy(1);
    data = 42;                           // @c
    __atomic_store_n(&flag, 1, RELEASE); // @a
}

static void await(void)
{
    meet(1);
    while (!__atomic_load_n(&flag, ACQUIRE)) { // @b
    }
    seen = data; // @d
}

int main(void)
{
    together(publish, await);
    return 0;
}
