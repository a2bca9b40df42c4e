// signal_wait.c: who waits for a signal knows what was before it was sent.
//
// plain: none
// racy: race data a-b
#include <signal.h>

#include "together.h"

int data;
int seen;
pthread_t target;
sigset_t wanted;

static void receiver(void)
{
    int number;

    target = pthread_self();
    meet(1);
    sigwait(&wanted, &number);
    seen = data; // @b
}

static void sender(void)
{
    meet(1);
#ifndef RACY
    data = 1;
#endif
    pthread_kill(target, SIGUSR1);
#ifdef RACY
    data = 1; // @a
#endif
}

int main(void)
{
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &wanted, NULL);
    together(receiver, sender);
    return 0;
}
