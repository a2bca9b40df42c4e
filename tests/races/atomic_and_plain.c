// atomic_and_plain.c: one thread adds atomically, the other looks plainly.
// C calls it a race; memtrace takes an address that is ever used atomically
// for synchronisation, and says nothing.
//
// racy: may counter a-b
#include "together.h"

int counter;
int seen;

static void add(void)
{
    __atomic_fetch_add(&counter, 1, __ATOMIC_SEQ_CST); // @a
}

static void look(void)
{
    seen = counter; // @b
}

int main(void)
{
    together(add, look);
    return 0;
}
