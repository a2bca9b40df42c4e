// signal_wait.c: who waits for a signal knows what was before it was sent.
//
// not: musl
// plain: none
// racy: race data a-b
#include <signal.h>

#include "together.h"

int data;
int seen;
pthread_t target;
pid_t target_id;
sigset_t wanted;

static void receiver(void)
{
    int number;

    target = pthread_self();
    target_id = gettid();
    meet(1);
    sigwait(&wanted, &number);
    seen = data; // @b
}

static void sender(void)
{
    meet(1);
#ifndef RACY
    data = 1;
    pthread_kill(target, SIGUSR1);
#else
    // pthread_kill() holds a lock that the target takes when it ends, which
    // orders what the sender does next after all that the target did.
    tgkill(getpid(), target_id, SIGUSR1);
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
