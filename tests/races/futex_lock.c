// futex_lock.c: a lock of its own by futex, in a program with libc.
//
// not: musl
// plain: none
// racy: race shared a-a
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "together.h"

int shared;
int lock_word;

static void lock(void)
{
    int was = 0;

    if (__atomic_compare_exchange_n(&lock_word, &was, 1, 0, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED)) {
        return;
    }
    while (__atomic_exchange_n(&lock_word, 2, __ATOMIC_ACQUIRE) != 0) {
        syscall(SYS_futex, &lock_word, FUTEX_WAIT_PRIVATE, 2, NULL);
    }
}

static void unlock(void)
{
    if (__atomic_exchange_n(&lock_word, 0, __ATOMIC_RELEASE) == 2) {
        syscall(SYS_futex, &lock_word, FUTEX_WAKE_PRIVATE, 1);
    }
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
