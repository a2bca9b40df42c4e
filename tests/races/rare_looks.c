// rare_looks.c: a plain flag that is looked at a few times only, and slept for
// in between, which is what tells that it is waited for.
//
// plain: ad-hoc flag a-b
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "together.h"

volatile int flag;
volatile int data;
int seen;
char status[64]; // of the thread that waits

// How often it has slept; to ask the kernel orders nothing.
static long sleeps(void)
{
    static const char word[] = "\nvoluntary_ctxt_switches:";
    char text[4096];
    int fd = open(status, O_RDONLY);
    ssize_t n = read(fd, text, sizeof(text) - 1);
    const char *at;

    close(fd);
    text[n > 0 ? n : 0] = '\0';
    at = strstr(text, word);
    return at ? strtol(at + sizeof(word) - 1, NULL, 10) : 0;
}

static void publish(void)
{
    long first;

    meet(1);
    // In its first turn QEMU's thread also sleeps for reasons of its own.
    usleep(20000);
    first = sleeps();
    while (sleeps() < first + 6) {
        usleep(500);
    }
    data = 42;
    flag = 1; // @a
}

static void await(void)
{
    snprintf(status, sizeof(status), "/proc/self/task/%d/status", gettid());
    meet(1);
    while (!flag) { // @b
        usleep(2000);
    }
    seen = data;
}

int main(void)
{
    together(publish, await);
    return 0;
}
