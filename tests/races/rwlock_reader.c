// rwlock_reader.c: one writes under the lock for writing, one reads; racy:
// the reader reads after it has given the lock back.
//
// plain: none
// racy: race table a-b
#include "together.h"

int table;
int seen;
pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void writer(void)
{
#ifdef RACY
    meet(1);
#endif
    pthread_rwlock_wrlock(&lock);
    table = 5; // @a
    pthread_rwlock_unlock(&lock);
}

static void reader(void)
{
    pthread_rwlock_rdlock(&lock);
#ifndef RACY
    seen = table;
#endif
    pthread_rwlock_unlock(&lock);
#ifdef RACY
    meet(1);
    seen = table; // @b
#endif
}

int main(void)
{
    together(writer, reader);
    return 0;
}
