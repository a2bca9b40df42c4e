// pipe_end.c: who reads to the end of a pipe knows what was before its other
// end was closed: by dup2(), or with a process.  A parent is told of that, too.
// Racy: the pipe's end is closed before the data is written.
//
// plain: none
// racy: race - a-b
// racy: race data c-d
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "together.h"

int data;
int seen;
int ends[2];
int null;

static void closes(void)
{
#ifndef RACY
    data = 1;
#endif
    dup2(null, ends[1]);
#ifdef RACY
    data = 1; // @c
#endif
}

static void reads(void)
{
    char byte;

    if (read(ends[0], &byte, 1) == 0) {
        seen = data; // @d
    }
}

static pid_t start_child(int *shared)
{
    pid_t child = fork();

    if (child == 0) {
        usleep(2000);
#ifdef RACY
        close(ends[1]);
#endif
        *shared = 1; // @a
#ifdef RACY
        pause();
#endif
        _exit(0);
    }
    return child;
}

int main(void)
{
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sigset_t child;
    pid_t number;
    char byte;

    null = open("/dev/null", O_RDWR);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    if (pipe(ends)) {
        return 1;
    }
    number = start_child(&shared[0]);
    close(ends[1]);
    if (read(ends[0], &byte, 1) == 0) {
        seen = shared[0]; // @b
    }
#ifdef RACY
    usleep(2000);
#endif
    kill(number, SIGKILL); // it has ended, or is to end
    wait(NULL);
    close(ends[0]);
    sigwaitinfo(&child, NULL);
#ifndef RACY
    start_child(&shared[1]);
    sigwaitinfo(&child, NULL);
    seen += shared[1];
    wait(NULL);
#endif
    if (pipe(ends)) {
        return 1;
    }
    together(closes, reads);
    return 0;
}
