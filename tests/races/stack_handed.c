// stack_handed.c: a thread works on a variable on its parent's stack; racy:
// which the parent uses meanwhile.
//
// plain: none
// racy: race - a-b
#include "together.h"

static void *work(void *argument)
{
    volatile int *theirs = argument;

    meet(0);
    ++*theirs; // @a
    meet(1);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    volatile int local = 0;

    meetings_init();
    pthread_create(&thread, NULL, work, (void *)&local);
    meet(0);
#ifdef RACY
    local++; // @b
#endif
    meet(1);
    pthread_join(thread, NULL);
    local++;
    return 0;
}
