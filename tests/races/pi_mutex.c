// pi_mutex.c: a mutex that the kernel hands over (priority inheritance).  On
// s390x the kernel reads its word in another order of bytes than the program
// does, and a thread that has to wait may wait for ever: QEMU does not help.
//
// not: s390x
// plain: none
// racy: race shared a-b
#include "together.h"

int shared;
pthread_mutex_t mutex;

static void holder(void)
{
    pthread_mutex_lock(&mutex);
    meet(1);
    shared = 1; // @a
    pthread_mutex_unlock(&mutex);
}

static void waiter(void)
{
    meet(1);
#ifdef RACY
    shared = 2; // @b
#endif
    pthread_mutex_lock(&mutex);
    shared = 3;
    pthread_mutex_unlock(&mutex);
}

int main(void)
{
    pthread_mutexattr_t attributes;

    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&mutex, &attributes);
    together(holder, waiter);
    return 0;
}
