// range_closed.c: the end of a pipe, of which close_range() closed the other
// end, tells that the data is there; racy: the data is written after that.
//
// not: musl
// plain: none
// racy: race data a-b
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
    if (close_range((unsigned)ends[1], (unsigned)ends[1], 0)) {
        return;
    }
#ifdef RACY
    data = 8; // @a
#endif
}

static void receiver(void)
{
    char byte;

    if (read(ends[0], &byte, 1) != 0) {
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
