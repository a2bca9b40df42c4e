// struct_copy.c: a structure is assigned; racy: while a member of it is stored
// to.
//
// plain: none
// racy !s390x: race now a-b *-b
// racy s390x: may now a-b *-b
#include "together.h"

struct state {
    long members[9];
} now, next, spare;
#ifdef RACY
#define THEIRS now
#else
#define THEIRS spare
#endif

static void one(void)
{
    now = next; // @a
}

static void other(void)
{
    THEIRS.members[8] = 3; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
