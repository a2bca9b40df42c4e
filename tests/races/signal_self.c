// signal_self.c: a handler runs in the thread that it interrupts; racy: the
// thread that sent the signal writes to the same variable.  On i386 QEMU
// 7.2 returns from a handler to another thread's thread-local storage.
//
// not: i386
// plain: none
// racy !s390x: race counter a-b
// racy s390x: may counter a-b
#include <signal.h>

#include "together.h"

int counter;
volatile sig_atomic_t was_handled;
pthread_t target;

static void handle(int number)
{
    counter++; // @b
    was_handled = number;
}

static void receiver(void)
{
    target = pthread_self();
    meet(1);
    while (!was_handled) {
    }
#ifndef RACY
    counter++;
#endif
    meet(2);
}

static void sender(void)
{
    meet(1);
    pthread_kill(target, SIGUSR1);
#ifdef RACY
    counter++; // @a
#endif
    meet(2);
}

int main(void)
{
    signal(SIGUSR1, handle);
    together(receiver, sender);
    return 0;
}
