// doubles.c: floating-point variables; racy: one that both add to.
//
// plain: none
// racy: race sums a-b
#include "together.h"

#ifdef RACY
#define THEIRS 0
#else
#define THEIRS 1
#endif
double sums[2];

static void one(void)
{
    for (int i = 0; i < 10; i++) {
        sums[0] += i; // @a
    }
}

static void other(void)
{
    for (int i = 0; i < 10; i++) {
        sums[THEIRS] += 2 * i; // @b
    }
}

int main(void)
{
    together(one, other);
    return 0;
}
