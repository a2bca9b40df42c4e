// block_copy.c: a block is copied beside a store; racy: the store is to its
// last byte.
//
// plain: none
// racy !s390x: race block *-b a-b
// racy s390x: may block *-b a-b
#include <string.h>

#include "together.h"

#ifdef RACY
#define THEIRS 199
#else
#define THEIRS 200
#endif
unsigned char from[200];
unsigned char block[208];
volatile size_t length = 200;

static void one(void)
{
    memcpy(block, from, length); // @a
}

static void other(void)
{
    block[THEIRS] = 2; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
