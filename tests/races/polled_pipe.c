// polled_pipe.c: a pipe that has become readable tells that the data is there;
// racy: the data is written after that.
//
// plain: none
// racy: race data a-b
#include <poll.h>
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
    struct pollfd polled = {.fd = ends[0], .events = POLLIN};

    if (poll(&polled, 1, -1) != 1) {
        return;
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
