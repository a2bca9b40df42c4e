// raw_last_lock.c: the word that the kernel clears as threads end is a lock
// that they all take before, as musl's have it: what they do under it is
// ordered; racy: what is done before it is taken.
//
// libc: no
// plain: none
// racy: race n_before a-a
#include "raw.h"

enum { N_THREADS = 4 };

int n_ended;
int n_before;
int n_met;
int last_lock;
char stacks[N_THREADS][STACK_SIZE] __attribute__((aligned(16)));

// The kernel gives it back, and wakes one who waits for it.
static void take(void)
{
    int was = 0;

    while (!__atomic_compare_exchange_n(&last_lock, &was, 1, 0,
                                        __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        call(CALL_FUTEX, (long)&last_lock, FUTEX_WAIT, was, 0);
        was = 0;
    }
}

static void work(void)
{
#ifdef RACY
    meet(&n_met, N_THREADS);
    n_before++; // @a
#endif
    take();
    n_ended++;
}

__attribute__((used)) void start(void)
{
    int n_now = 0;

    take();
    for (int i = 0; i < N_THREADS; i++) {
        start_thread(work, stacks[i] + STACK_SIZE, &last_lock);
    }
    // PARENT_SETTID has stored there, too; it is for all of them now.
    __atomic_store_n(&last_lock, 0, __ATOMIC_RELEASE);
    call(CALL_FUTEX, (long)&last_lock, FUTEX_WAKE, N_THREADS, 0);
    while (n_now < N_THREADS) {
        take();
        n_now = n_ended;
        __atomic_store_n(&last_lock, 0, __ATOMIC_RELEASE);
        call(CALL_FUTEX, (long)&last_lock, FUTEX_WAKE, N_THREADS, 0);
    }
    call(CALL_EXIT_GROUP, n_now != N_THREADS, 0, 0, 0);
}
