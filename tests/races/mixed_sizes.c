// mixed_sizes.c: eight bytes and one; racy: the last of the eight.
//
// plain: none
// racy: race record a-b
#include "together.h"

#ifdef RACY
#define THEIRS 7
#else
#define THEIRS 8
#endif
union {
    long long whole;
    unsigned char parts[16];
} record;

static void one(void)
{
    record.whole = -1; // @a
}

static void other(void)
{
    record.parts[THEIRS] = 2; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
