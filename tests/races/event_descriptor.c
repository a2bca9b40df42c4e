// event_descriptor.c: an eventfd tells that the data is there; racy: the data
// is written after that.
//
// plain: none
// racy: race data a-b
#include <sys/eventfd.h>

#include "together.h"

int data;
int seen;
int event;

static void sender(void)
{
#ifndef RACY
    data = 8;
#endif
    if (eventfd_write(event, 1)) {
        return;
    }
#ifdef RACY
    data = 8; // @a
#endif
}

static void receiver(void)
{
    eventfd_t value;

    if (eventfd_read(event, &value)) {
        return;
    }
    seen = data; // @b
}

int main(void)
{
    event = eventfd(0, 0);
    if (event < 0) {
        return 1;
    }
    together(sender, receiver);
    return 0;
}
