// pidfd_signal.c: a signal that is sent to a process by a descriptor of it
// tells that the data is there; racy: the data is written after that.
//
// plain: none
// racy: race - a-b
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t is_sent;

static void on_signal(int number)
{
    is_sent = number;
}

int main(void)
{
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct sigaction action = {.sa_handler = on_signal};
    int parent = (int)syscall(SYS_pidfd_open, getpid(), 0);
    sigset_t one, none;
    int seen;
    pid_t child;

    sigemptyset(&none);
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    sigprocmask(SIG_BLOCK, &one, NULL);
    sigaction(SIGUSR1, &action, NULL);
    *shared = 1;
    child = fork();
    if (child == 0) {
#ifndef RACY
        *shared = 2;
#endif
        syscall(SYS_pidfd_send_signal, parent, SIGUSR1, NULL, 0);
#ifdef RACY
        *shared = 2; // @a
#endif
        _exit(0);
    }
    while (!is_sent) {
        sigsuspend(&none);
    }
    seen = *shared; // @b
    waitpid(child, NULL, 0);
    return seen < 1; // @b by clang
}
