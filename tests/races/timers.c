// timers.c: what comes before a timer is set is known to who waits for it, by a
// descriptor, a signal or a thread; racy: the data is written after that.  On
// mips64el it waits for ever, or its timers cannot be made: without memtrace,
// too.
//
// not: mips64el
// plain: none
// racy: race data a-b
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/timerfd.h>

#include "together.h"

static const struct itimerspec SOON = {.it_value = {.tv_nsec = 3000000}};

int data;
int more[3];
int seen;
int descriptor;
timer_t with_signal;
timer_t with_thread;
sigset_t both;
sem_t is_called;

static void called(union sigval value)
{
    seen += *(int *)value.sival_ptr;
    sem_post(&is_called);
}

static void sets(void)
{
#ifndef RACY
    data = 1;
#endif
    timerfd_settime(descriptor, 0, &SOON, NULL);
#ifdef RACY
    data = 1; // @a
#else
    const struct itimerval as_soon = {.it_value = {.tv_usec = 3000}};

    more[0] = 2;
    timer_settime(with_signal, 0, &SOON, NULL);
    meet(1);
    more[1] = 3;
    setitimer(ITIMER_REAL, &as_soon, NULL);
    meet(2);
    more[2] = 4;
    timer_settime(with_thread, 0, &SOON, NULL);
    sem_wait(&is_called);
#endif
}

static void waits(void)
{
    uint64_t times;

    if (read(descriptor, &times, sizeof(times)) == sizeof(times)) {
        seen = data; // @b
    }
#ifndef RACY
    sigwaitinfo(&both, NULL);
    seen += more[0];
    meet(1);
    sigwaitinfo(&both, NULL);
    seen += more[1];
    meet(2);
#endif
}

int main(void)
{
    struct sigevent signals = {
        .sigev_notify = SIGEV_SIGNAL,
        .sigev_signo = SIGUSR1,
    };
    struct sigevent calls = {
        .sigev_notify = SIGEV_THREAD,
        .sigev_notify_function = called,
        .sigev_value.sival_ptr = &more[2],
    };

    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &both, NULL);
    sem_init(&is_called, 0, 0);
    descriptor = timerfd_create(CLOCK_MONOTONIC, 0);
    timer_create(CLOCK_MONOTONIC, &signals, &with_signal);
    timer_create(CLOCK_MONOTONIC, &calls, &with_thread);
    together(sets, waits);
    return 0;
}
