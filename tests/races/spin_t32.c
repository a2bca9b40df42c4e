// spin_t32.c: a spinlock by exclusive accesses of T32, in blocks that have
// nothing but instructions of 4 bytes, as those of A32 are.
//
// only: arm
// build: -mthumb
// plain: none
// racy: race shared a-a
#include "together.h"

int shared;
int lock_word;

static void lock(void)
{
    __asm__ volatile("b.w 1f\n"
                     "1: ldrex r2, [%0]\n"
                     "cmp.w r2, #0\n"
                     "bne.w 1b\n"
                     "mov.w r2, #1\n"
                     "strex r3, r2, [%0]\n"
                     "cmp.w r3, #0\n"
                     "bne.w 1b\n"
                     "dmb ish"
                     :
                     : "r"(&lock_word)
                     : "r2", "r3", "cc", "memory");
}

static void unlock(void)
{
    __atomic_store_n(&lock_word, 0, __ATOMIC_RELEASE);
}

static void work(void)
{
    meet(1);
    for (int i = 0; i < 20; i++) {
        lock();
#ifdef RACY
        unlock();
        shared++; // @a
#else
        shared++;
        unlock();
#endif
    }
}

int main(void)
{
    together(work, work);
    return 0;
}
