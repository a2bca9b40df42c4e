// rwlock.c: writers lock for writing; racy: both took the lock for reading,
// at the same time, and write.
//
// plain: none
// racy: race table a-a
#include "together.h"

int table;
int seen[2];
pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void change(void)
{
#ifdef RACY
    pthread_rwlock_rdlock(&lock);
    meet(1);
    table++; // @a
    meet(2);
    pthread_rwlock_unlock(&lock);
#else
    for (int i = 0; i < 50; i++) {
        pthread_rwlock_wrlock(&lock);
        table++;
        pthread_rwlock_unlock(&lock);
        pthread_rwlock_rdlock(&lock);
        (void)*(volatile int *)&table;
        pthread_rwlock_unlock(&lock);
    }
#endif
}

int main(void)
{
    together(change, change);
    return 0;
}
