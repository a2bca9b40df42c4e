/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exits.c - ends in the way its first argument says, after a line on each of
 * stdout and stderr and a copy of stdin.
 */
#include "say.h"

#include <pthread.h>
#include <signal.h>

static void *exit_in_thread(void *arg)
{
    exit(*(int *)arg);
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "exit";
    int status = argc > 2 ? atoi(argv[2]) : 0;
    pthread_t thread;
    char buffer[256];
    ssize_t n;

    for (int i = 0; i < argc; i++) {
        say("argument %d: %s\n", i, argv[i]);
    }
    while ((n = read(0, buffer, sizeof buffer)) > 0) {
        if (write(1, buffer, (size_t)n) != n) {
            return 98;
        }
    }
    if (write(2, "on stderr\n", 10) != 10) {
        return 98;
    }
    if (strcmp(how, "_exit") == 0) {
        _exit(status);
    } else if (strcmp(how, "abort") == 0) {
        abort();
    } else if (strcmp(how, "segv") == 0) {
        *(volatile int *)16 = 1;
    } else if (strcmp(how, "kill") == 0) {
        kill(getpid(), status);
        pause();
    } else if (strcmp(how, "thread") == 0) {
        if (pthread_create(&thread, NULL, exit_in_thread, &status)) {
            return 98;
        }
        pause();
    }
    return status;
}
