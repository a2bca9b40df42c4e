// seqlock.c: a sequence lock whose data is exchanged, not stored; racy: the
// reader does not look at the sequence, nor is the data atomic.
//
// plain: none
// racy: race point a-b
#include "together.h"

unsigned sequence;
struct {
    int x;
    int y;
} point;
int seen;

static void put(int *where, int value)
{
#ifdef RACY
    *where = value; // @a
#else
    __atomic_exchange_n(where, value, __ATOMIC_ACQ_REL);
#endif
}

static void writer(void)
{
    for (int i = 0; i < 20; i++) {
        __atomic_add_fetch(&sequence, 1, __ATOMIC_ACQ_REL);
        put(&point.x, i);  // @a
        put(&point.y, -i); // @a
        __atomic_add_fetch(&sequence, 1, __ATOMIC_ACQ_REL);
    }
}

static void reader(void)
{
#ifdef RACY
    seen = point.x + point.y; // @b
#else
    unsigned before;

    do {
        before = __atomic_load_n(&sequence, __ATOMIC_ACQUIRE);
        seen = __atomic_load_n(&point.x, __ATOMIC_ACQUIRE);
        seen += __atomic_load_n(&point.y, __ATOMIC_ACQUIRE);
    } while (before % 2 ||
             __atomic_load_n(&sequence, __ATOMIC_ACQUIRE) != before);
#endif
}

int main(void)
{
    together(writer, reader);
    return 0;
}
