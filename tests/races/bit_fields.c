// bit_fields.c: each thread sets a field of its own; racy: they are bits of one
// word.
//
// plain: none
// racy: race flags a-b
#include "together.h"

struct {
    unsigned low : 4;
#ifndef RACY
    unsigned : 0;
#endif
    unsigned high : 4;
} flags;

static void one(void)
{
    flags.low = 5; // @a
}

static void other(void)
{
    flags.high = 6; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
