// relaxed_atomic.c: relaxed stores and loads of C's atomics, which no atomic
// instruction makes; racy: of what lies beside them in the same variables.
//
// plain: none
// racy: race pair a-c
// racy: race table b-d
#include <stdatomic.h>

#include "together.h"

typedef _Atomic long number;

struct pair {
    int plain;
    atomic_int atomic;
};

struct element {
    long plain;
    volatile number atomic;
};

number alone;
atomic_int row[4];
struct pair pair;
struct element table[3];
long seen;

static void one(void)
{
    meet(1);
    atomic_store_explicit(&alone, 1, memory_order_relaxed);
    atomic_store_explicit(&row[2], 1, memory_order_relaxed);
    atomic_store_explicit(&pair.atomic, 1, memory_order_relaxed);
    atomic_store_explicit(&table[1].atomic, 1, memory_order_relaxed);
#ifdef RACY
    pair.plain = 1;     // @a
    table[1].plain = 1; // @b
#endif
    meet(2);
}

static void other(void)
{
    meet(1);
    seen += atomic_load_explicit(&alone, memory_order_relaxed);
    seen += atomic_load_explicit(&row[2], memory_order_relaxed);
    seen += atomic_load_explicit(&pair.atomic, memory_order_relaxed);
    atomic_store_explicit(&table[1].atomic, 2, memory_order_relaxed);
#ifdef RACY
    seen += pair.plain;     // @c
    seen += table[1].plain; // @d
#endif
    meet(2);
}

int main(void)
{
    together(one, other);
    return 0;
}
