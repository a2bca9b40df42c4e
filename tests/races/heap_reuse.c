// heap_reuse.c: a block that one thread frees is given to another one, which
// is no race; racy: the first one still writes to it.
//
// not: musl
// plain: none
// racy: race - a-b
#include <malloc.h>
#include <stdlib.h>

#include "together.h"

enum { SIZE = 5000 };

volatile char *block;
int is_other;

static void giver(void)
{
    volatile char *mine = block;

    meet(1);
    mine[100] = 1;
    free((void *)mine);
    meet(2);
#ifdef RACY
    block[100] = 2; // @a
#endif
    meet(3);
}

static void taker(void)
{
    volatile char *mine;
    void *volatile small = malloc(10); // sets the thread's cache up

    free(small);
    meet(1);
    meet(2);
    mine = malloc(SIZE);
    is_other = mine != block;
    mine[100] = 3; // @b
    meet(3);
    free((void *)mine);
}

int main(void)
{
    mallopt(M_ARENA_MAX, 1);
    block = malloc(SIZE);
    together(giver, taker);
    return is_other;
}
