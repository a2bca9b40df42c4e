// two_mutexes.c: both threads lock; racy: not the same mutex.
//
// plain: none
// racy: race balance a-b
#include "together.h"

int balance;
pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;

static void deposit(void)
{
    pthread_mutex_lock(&first);
    balance += 10; // @a
    pthread_mutex_unlock(&first);
}

static void withdraw(void)
{
#ifdef RACY
    pthread_mutex_t *mutex = &second;
#else
    pthread_mutex_t *mutex = &first;
#endif

    pthread_mutex_lock(mutex);
    balance -= 10; // @b
    pthread_mutex_unlock(mutex);
}

int main(void)
{
    together(deposit, withdraw);
    return 0;
}
