// spin_lse.c: a spinlock by an LSE swap and an LSE clear.
//
// only: aarch64
// plain: none
// racy: race shared a-a
#include "together.h"

int shared;
int lock_word;

static void lock(void)
{
    __asm__ volatile(".arch armv8.1-a\n"
                     "mov w9, #1\n"
                     "1: swpa w9, w10, [%0]\n"
                     "cbnz w10, 1b"
                     :
                     : "r"(&lock_word)
                     : "w9", "w10", "memory");
}

static void unlock(void)
{
    __asm__ volatile(".arch armv8.1-a\n"
                     "mov w9, #1\n"
                     "stclrl w9, [%0]"
                     :
                     : "r"(&lock_word)
                     : "w9", "memory");
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
