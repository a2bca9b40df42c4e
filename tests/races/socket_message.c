// socket_message.c: a message through a socket tells that the data is there;
// racy: the data is written after that.
//
// plain: none
// racy: race data a-b
#include <sys/socket.h>

#include "together.h"

int data;
int seen;
int ends[2];

static void sender(void)
{
#ifndef RACY
    data = 8;
#endif
    if (send(ends[1], "x", 1, 0) != 1) {
        return;
    }
#ifdef RACY
    data = 8; // @a
#endif
}

static void receiver(void)
{
    char byte;

    if (recv(ends[0], &byte, 1, 0) != 1) {
        return;
    }
    seen = data; // @b
}

int main(void)
{
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends)) {
        return 1;
    }
    together(sender, receiver);
    return 0;
}
