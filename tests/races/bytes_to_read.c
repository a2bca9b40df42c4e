// bytes_to_read.c: the number of bytes in a pipe tells that the data is there;
// racy: the data is written after that.
//
// plain: none
// racy: race data a-b
#include <sys/ioctl.h>
#include <unistd.h>

#include "together.h"

int data;
int seen;
int ends[2];

static void sender(void)
{
#ifndef RACY
    data = 8;
#endif
    if (write(ends[1], "x", 1) != 1) {
        return;
    }
#ifdef RACY
    data = 8; // @a
#endif
}

static void receiver(void)
{
    int n = 0;

    while (ioctl(ends[0], FIONREAD, &n) == 0 && n == 0) {
        usleep(1000);
    }
    seen = data; // @b
}

int main(void)
{
    if (pipe(ends)) {
        return 1;
    }
    together(sender, receiver);
    return 0;
}
