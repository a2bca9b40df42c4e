// epoll_rearmed.c: a descriptor that is always ready, and armed for one event:
// who takes it owns what belongs to it till it is armed again; racy: counts on
// after that.
//
// plain: none
// racy: race state a-a a-b b-b
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "together.h"

enum { N_ROUNDS = 40 };

long state;
int epoll;
int event;

static void serve(void)
{
    for (int i = 0; i < N_ROUNDS; i++) {
        struct epoll_event ready;

        if (epoll_wait(epoll, &ready, 1, -1) != 1) {
            continue;
        }
        state++; // @a
        ready = (struct epoll_event){.events = EPOLLIN | EPOLLONESHOT};
        epoll_ctl(epoll, EPOLL_CTL_MOD, event, &ready);
#ifdef RACY
        state++; // @b
#endif
    }
}

int main(void)
{
    struct epoll_event ready = {.events = EPOLLIN | EPOLLONESHOT};

    epoll = epoll_create1(0);
    event = eventfd(1, 0);
    epoll_ctl(epoll, EPOLL_CTL_ADD, event, &ready);
    together(serve, serve);
    return 0;
}
