// ticket.c: a ticket lock whose owner moves on with an atomic add.
//
// plain: none
// racy: race shared a-a
#include "together.h"

int shared;
int lock_word;

int next_ticket;

static void lock(void)
{
    int mine = __atomic_fetch_add(&next_ticket, 1, __ATOMIC_RELAXED);

    while (__atomic_load_n(&lock_word, __ATOMIC_ACQUIRE) != mine) {
    }
}

static void unlock(void)
{
    __atomic_fetch_add(&lock_word, 1, __ATOMIC_RELEASE);
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
