/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * named.c - names its threads in every way, and says what each is called in
 * the end: "TID NAME".
 *
 *   named PROGRAM [ARGS...]
 *
 * where PROGRAM is what the kernel calls the file.  With arguments it is
 * executed at last, with these.
 */
#include "say.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum { BY_ITSELF, TWICE, BY_ANOTHER, BY_NOBODY, N_WAYS };

static pthread_barrier_t started;
static pthread_barrier_t named;
static int tids[N_WAYS];

static void *run(void *way)
{
    long which = (long)way;

    tids[which] = (int)syscall(SYS_gettid);
    if (which == BY_ITSELF || which == TWICE) {
        prctl(PR_SET_NAME, "first name");
    }
    pthread_barrier_wait(&started);
    if (which == TWICE) {
        prctl(PR_SET_NAME, "second name");
    }
    pthread_barrier_wait(&named);
    return NULL;
}

static void start_and_name(const char *program)
{
    static const char *const names[N_WAYS] = {"first name", "second name",
                                              "by another"};
    pthread_t threads[N_WAYS];

    pthread_barrier_init(&started, NULL, N_WAYS + 1);
    pthread_barrier_init(&named, NULL, N_WAYS + 1);
    for (long i = 0; i < N_WAYS; i++) {
        pthread_create(&threads[i], NULL, run, (void *)i);
    }
    pthread_barrier_wait(&started);
    pthread_setname_np(threads[BY_ANOTHER], "by another");
    pthread_barrier_wait(&named);
    for (int i = 0; i < N_WAYS; i++) {
        pthread_join(threads[i], NULL);
        say("%d %s\n", tids[i], names[i] ? names[i] : program);
    }
}

static void *stay(void *tid)
{
    *(int *)tid = (int)syscall(SYS_gettid);
    pthread_barrier_wait(&started);
    for (;;) {
        pause();
    }
    return NULL;
}

/* One that lives when the process ends, named by a call that is not write(). */
static void start_and_leave(void)
{
    static char name[] = "left alone";
    struct iovec piece = {name, sizeof(name) - 1};
    pthread_t thread;
    char path[64];
    int tid;
    int fd;

    pthread_barrier_init(&started, NULL, 2);
    pthread_create(&thread, NULL, stay, &tid);
    pthread_barrier_wait(&started);
    snprintf(path, sizeof(path), "/proc/self/task/%d/comm", tid);
    fd = open(path, O_WRONLY);
    if (writev(fd, &piece, 1) == (ssize_t)piece.iov_len) {
        say("%d %s\n", tid, name);
    }
    close(fd);
}

int main(int argc, char **argv)
{
    pid_t child;

    start_and_name(argv[1]);
    prctl(PR_SET_NAME, "chief of a long name");
    say("%d chief of a long\n", getpid());
    child = fork();
    if (child == 0) {
        prctl(PR_SET_NAME, "child");
        say("%d child\n", getpid());
        _exit(0);
    }
    waitpid(child, NULL, 0);
    if (argc > 2) {
        execv(argv[2], argv + 2);
    }
    start_and_leave();
    return 0;
}
