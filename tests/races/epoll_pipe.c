// epoll_pipe.c: epoll tells that a pipe has become readable; racy: the data is
// written after that.
//
// plain: none
// racy: race data a-b
#include <sys/epoll.h>
#include <unistd.h>

#include "together.h"

int data;
int seen;
int ends[2];
int waiting;

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
    struct epoll_event event;

    if (epoll_wait(waiting, &event, 1, -1) != 1) {
        return;
    }
    seen = data; // @b
}

int main(void)
{
    struct epoll_event wanted = {.events = EPOLLIN};

    waiting = epoll_create1(0);
    if (waiting < 0 || pipe(ends) ||
        epoll_ctl(waiting, EPOLL_CTL_ADD, ends[0], &wanted)) {
        return 1;
    }
    together(sender, receiver);
    return 0;
}
