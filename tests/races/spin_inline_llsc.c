// spin_inline_llsc.c: a spinlock by what the compiler makes without LSE.
//
// only: aarch64
// build: -mno-outline-atomics
// plain: none
// racy: race shared a-a
#include "together.h"

int shared;
int lock_word;

static void lock(void)
{
    while (__atomic_test_and_set(&lock_word, __ATOMIC_ACQUIRE)) {
    }
}

static void unlock(void)
{
    __atomic_clear(&lock_word, __ATOMIC_RELEASE);
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
