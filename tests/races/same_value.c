// same_value.c: both only read; racy: both store, the same value.
//
// plain: none
// racy: race setting a-a a-c
#include "together.h"

int setting = 1;
int seen[2];

static void one(void)
{
#ifdef RACY
    setting = 1; // @a
#endif
    seen[0] = setting; // @c
}

static void other(void)
{
#ifdef RACY
    setting = 1; // @a
#endif
    seen[1] = setting; // @c
}

int main(void)
{
    together(one, other);
    return 0;
}
