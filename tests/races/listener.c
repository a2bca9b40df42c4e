// listener.c: that one can connect to a socket tells that the data is there;
// racy: the data is written after the other thread may connect.
//
// plain: none
// racy: race data a-b
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "together.h"

int data;
int seen;
int listener;
struct sockaddr_un address = {.sun_family = AF_UNIX};

static void sender(void)
{
#ifndef RACY
    data = 8;
#endif
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) ||
        listen(listener, 1)) {
        return;
    }
#ifdef RACY
    data = 8; // @a
#endif
    accept(listener, NULL, NULL);
}

static void receiver(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    while (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
        usleep(1000);
    }
    seen = data; // @b
}

int main(void)
{
    // Abstract: it has no file.
    snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "listener-%d",
             getpid());
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listener < 0) {
        return 1;
    }
    together(sender, receiver);
    return 0;
}
