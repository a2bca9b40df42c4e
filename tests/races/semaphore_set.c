// semaphore_set.c: a System V semaphore that is set to a value tells that the
// data is there; racy: the data is written after that.  On s390x who waits for
// it waits for ever: QEMU hands SETVAL's value on in the wrong half of a word.
//
// not: s390x
// plain: none
// racy: race data a-b
#include <sys/ipc.h>
#include <sys/sem.h>

#include "together.h"

int data;
int seen;
int set;

static void sender(void)
{
#ifndef RACY
    data = 8;
#endif
    if (semctl(set, 0, SETVAL, 1)) {
        return;
    }
#ifdef RACY
    data = 8; // @a
#endif
}

static void receiver(void)
{
    struct sembuf down = {.sem_op = -1};

    if (semop(set, &down, 1)) {
        return;
    }
    seen = data; // @b
}

int main(void)
{
    set = semget(IPC_PRIVATE, 1, 0600);
    if (set < 0) {
        return 1;
    }
    together(sender, receiver);
    semctl(set, 0, IPC_RMID);
    return 0;
}
