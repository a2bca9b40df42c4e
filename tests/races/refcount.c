// refcount.c: who drops the last reference may clear the object; racy: who
// drops any.
//
// plain: none
// racy: race object a-a
#include "together.h"

int n_references = 2;
struct {
    int payload[2];
} object;

static void drop(int who)
{
#ifdef RACY
    __atomic_sub_fetch(&n_references, 1, __ATOMIC_ACQ_REL);
    object.payload[0] = who; // @a
#else
    object.payload[who] = 1;
    if (__atomic_sub_fetch(&n_references, 1, __ATOMIC_ACQ_REL) == 0) {
        object.payload[0] = 0;
        object.payload[1] = 0;
    }
#endif
}

static void one(void)
{
    drop(0);
}

static void other(void)
{
    drop(1);
}

int main(void)
{
    together(one, other);
    return 0;
}
