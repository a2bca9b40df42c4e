// thread_local.c: a variable a thread; racy: the address of one thread's is
// given to the other.
//
// plain: none
// racy !s390x: race - a-b
// racy s390x: may - a-b
#include "together.h"

__thread int mine;
int *handed;

static void owner(void)
{
    handed = &mine;
    meet(1);
    mine++; // @a
    meet(2);
}

static void other(void)
{
    meet(1);
#ifdef RACY
    ++*handed; // @b
#else
    mine++;
#endif
    meet(2);
}

int main(void)
{
    together(owner, other);
    return 0;
}
