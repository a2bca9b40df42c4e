// bytes.c: threads that store neighbouring bytes do not race; racy: the same
// byte.
//
// plain: none
// racy: race bytes a-b
#include "together.h"

#ifdef RACY
#define THEIRS 3
#else
#define THEIRS 4
#endif
unsigned char bytes[8];

static void one(void)
{
    bytes[3] = 1; // @a
}

static void other(void)
{
    bytes[THEIRS] = 2; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
