// spinlock.c: pthread's spinlock; racy: the access comes after the unlock.
//
// plain: none
// racy: race shared a-a
#include "together.h"

int shared;
pthread_spinlock_t lock;

static void work(void)
{
    pthread_spin_lock(&lock);
#ifdef RACY
    pthread_spin_unlock(&lock);
    shared++; // @a
#else
    shared++;
    pthread_spin_unlock(&lock);
#endif
}

int main(void)
{
    pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
    together(work, work);
    return 0;
}
