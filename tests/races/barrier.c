// barrier.c: one writes before the barrier, the other reads after it; racy:
// before it.
//
// plain: none
// racy: race data a-b
#include "together.h"

int data;
int seen;

static void writer(void)
{
    data = 1; // @a
    meet(1);
}

static void reader(void)
{
#ifdef RACY
    seen = data; // @b
#endif
    meet(1);
#ifndef RACY
    seen = data;
#endif
}

int main(void)
{
    together(writer, reader);
    return 0;
}
