// halves.c: each thread fills one half of an array; racy: one goes a step too
// far.
//
// plain: none
// racy: race array a-b
#include "together.h"

#ifdef RACY
#define END 33
#else
#define END 32
#endif
int array[64];

static void one(void)
{
    for (int i = 0; i < END; i++) {
        array[i] = i; // @a
    }
}

static void other(void)
{
    for (int i = 32; i < 64; i++) {
        array[i] = -i; // @b
    }
}

int main(void)
{
    together(one, other);
    return 0;
}
