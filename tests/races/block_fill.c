// block_fill.c: a block is cleared beside a load; racy: the load is from its
// middle.
//
// plain: none
// racy !s390x: race block *-b a-b
// racy s390x: may block *-b a-b
#include <string.h>

#include "together.h"

#ifdef RACY
#define THEIRS 77
#else
#define THEIRS 150
#endif
unsigned char block[160];
unsigned char seen;
volatile size_t length = 150;

static void one(void)
{
    memset(block, 1, length); // @a
}

static void other(void)
{
    seen = block[THEIRS]; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
