// spin_cas_lse.c: a spinlock by what the compiler makes with -march=armv8.1-a.
//
// only: aarch64
// build: -march=armv8.1-a
// plain: none
// racy: race shared a-a
#include "together.h"

int shared;
int lock_word;

static void lock(void)
{
    int expected;

    do {
        expected = 0;
    } while (!__atomic_compare_exchange_n(&lock_word, &expected, 1, 0,
                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
}

static void unlock(void)
{
    __atomic_store_n(&lock_word, 0, __ATOMIC_RELEASE);
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
