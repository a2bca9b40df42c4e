// child_signal.c: the parent reads what the child wrote once a signal has said
// that the child is dead; racy: before it lets the child die.
//
// plain: none
// racy: race - a-b
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t is_dead;

static void on_end(int number)
{
    is_dead = number;
}

int main(void)
{
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct sigaction action = {.sa_handler = on_end};
    sigset_t one, none;
    int ends[2], seen = 0;
    char byte = 0;
    pid_t child;

    if (pipe(ends)) {
        return 1;
    }
    sigemptyset(&none);
    sigemptyset(&one);
    sigaddset(&one, SIGCHLD);
    sigprocmask(SIG_BLOCK, &one, NULL);
    sigaction(SIGCHLD, &action, NULL);
    *shared = 1;
    child = fork();
    if (child == 0) {
        *shared = 2; // @a
        if (read(ends[0], &byte, 1) != 1) {
            _exit(1);
        }
        _exit(0);
    }
#ifdef RACY
    seen += *(volatile int *)shared; // @b
#endif
    if (write(ends[1], &byte, 1) != 1) {
        return 1;
    }
    while (!is_dead) {
        sigsuspend(&none);
    }
    seen += *shared;
    waitpid(child, NULL, 0);
    return seen < 2;
}
