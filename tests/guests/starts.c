/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * starts.c - a race with what was started: a thread, or a process.
 *
 *   starts thread|fork|vfork|clone3|spawn
 *
 * Who starts it and who was started each store to memory that both share, and
 * nothing orders them.  What is spawned is the program, to start a thread.  As
 * C++ that is a std::thread; with WITH_LIBRARY a library starts it, which is
 * this file with LIBRARY.
 */
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __cplusplus
#include <thread>
#endif

#ifdef LIBRARY
/* A library that starts threads, whose names are taken away. */
static __attribute__((noinline)) void start_for(void *(*run)(void *), int *word)
{
    pthread_t thread;

    pthread_create(&thread, NULL, run, NULL);
    *word += 1;
    pthread_join(thread, NULL);
}

void library_start(void *(*run)(void *), int *word)
{
    start_for(run, word);
}
#else

extern char **environ;
static int *shared;
int counter;

static void *raise_counter(void *unused)
{
    counter += 1;
    return unused;
}

/* The end of a thread orders nothing where it is waited for afterwards. */
#ifdef __cplusplus
static void raise_too(void)
{
    raise_counter(NULL);
}

__attribute__((noinline)) void start_thread_now(void)
{
    std::thread thread(raise_too); /* starts: std::thread */

    counter += 1;
    thread.join();
}
#elif defined(WITH_LIBRARY)
void library_start(void *(*run)(void *), int *word);

__attribute__((noinline)) void start_thread_now(void)
{
    library_start(raise_counter, &counter);
}
#else
__attribute__((noinline)) void start_thread_now(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, raise_counter, NULL); /* starts: thread */
    counter += 1;
    pthread_join(thread, NULL);
}
#endif

__attribute__((noinline)) void start_fork(void)
{
    if (fork() == 0) { /* starts: fork */
        *shared = 2;
        _exit(0);
    }
}

__attribute__((noinline)) void start_vfork(void)
{
    if (vfork() == 0) { /* starts: vfork */
        *shared = 2;
        _exit(0);
    }
}

/* QEMU does not know the call; then it is fork(). */
__attribute__((noinline)) void start_clone3(void)
{
    unsigned long args[11] = {0, 0, 0, 0, SIGCHLD};
    long child = syscall(SYS_clone3, args, sizeof(args));

    if (child < 0) {
        child = fork(); /* starts: clone3 */
    }
    if (child == 0) {
        *shared = 2;
        _exit(0);
    }
}

__attribute__((noinline)) void start_spawn(char *self)
{
    char thread[] = "thread";
    char *args[] = {self, thread, NULL};
    pid_t pid;
    int error = posix_spawn(&pid, self, NULL, NULL, /* starts: spawn */
                            args, environ);

    if (error != 0) {
        exit(3);
    }
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";

    if (strcmp(what, "thread") == 0) {
        start_thread_now();
        return 0;
    }
    shared = (int *)mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        return 2;
    }
    if (strcmp(what, "fork") == 0) {
        start_fork();
    } else if (strcmp(what, "vfork") == 0) {
        start_vfork();
    } else if (strcmp(what, "clone3") == 0) {
        start_clone3();
    } else if (strcmp(what, "spawn") == 0) {
        start_spawn(argv[0]);
    }
    *shared = 1;
    while (wait(NULL) > 0) {
    }
    return 0;
}
#endif
