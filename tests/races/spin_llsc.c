// spin_llsc.c: a spinlock by load-acquire exclusive, given back by stlr.
//
// only: aarch64
// plain: none
// racy: race shared a-a
#include "together.h"

int shared;
int lock_word;

static void lock(void)
{
    __asm__ volatile("1: ldaxr w9, [%0]\n"
                     "cbnz w9, 1b\n"
                     "mov w9, #1\n"
                     "stxr w10, w9, [%0]\n"
                     "cbnz w10, 1b"
                     :
                     : "r"(&lock_word)
                     : "w9", "w10", "memory");
}

static void unlock(void)
{
    __asm__ volatile("stlr wzr, [%0]" : : "r"(&lock_word) : "memory");
}

static void work(void)
{
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
