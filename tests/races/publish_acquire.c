// publish_acquire.c: publication by release store and acquire loads.  Except on
// aarch64 both are plain instructions, as are the racy one's relaxed ones
// everywhere: in a binary that is a flag that is spun on.  On riscv64 gcc
// before 13 stores by amoswap, even what is relaxed.
//
// plain aarch64: none
// plain !aarch64,riscv64: ad-hoc flag a-b
// plain riscv64: may flag a-b
// racy !riscv64: ad-hoc flag a-b
// racy riscv64: may flag a-b
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
