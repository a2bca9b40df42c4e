// spin_bts.c: a spinlock by a locked bit test, given back by a plain store.
//
// only: x86_64
// plain: none
// racy: race shared a-a
#include "together.h"

int shared;
int lock_word;

static void lock(void)
{
    unsigned char was_set;

    do {
        __asm__ volatile("lock btsl $0, %0; setc %1"
                         : "+m"(lock_word), "=q"(was_set)
                         :
                         : "memory", "cc");
    } while (was_set);
}

static void unlock(void)
{
    __asm__ volatile("movl $0, %0" : "=m"(lock_word) : : "memory");
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
