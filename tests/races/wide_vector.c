// wide_vector.c: a 16-byte store beside a store of 4; racy: into its upper
// half.
//
// plain: none
// racy: race vector a-b
#include "together.h"

#ifdef RACY
#define THEIRS 3
#else
#define THEIRS 4
#endif
typedef int four __attribute__((vector_size(16)));
int vector[8] __attribute__((aligned(32)));

static void one(void)
{
    *(volatile four *)vector = (four){1, 2, 3, 4}; // @a
}

static void other(void)
{
    vector[THEIRS] = 9; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
