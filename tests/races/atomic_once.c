// atomic_once.c: a relaxed atomic flag between fences, which is looked at once
// and not waited for: no atomic instruction, and no spinning, says what it is.
// Racy: what is written behind it.
//
// plain: none
// racy: race more a-b
#include <stdatomic.h>

#include "together.h"

atomic_int ready;
int data;
int more;
int seen;

static void publish(void)
{
    data = 1;
#ifndef RACY
    more = 2;
#endif
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&ready, 1, memory_order_relaxed);
#ifdef RACY
    more = 2; // @a
#endif
}

static void look(void)
{
    usleep(2000);
    if (atomic_load_explicit(&ready, memory_order_relaxed)) {
        atomic_thread_fence(memory_order_acquire);
        seen = data;
#ifndef RACY
        seen += more;
#endif
    }
#ifdef RACY
    seen += more; // @b
#endif
}

int main(void)
{
    together(publish, look);
    return 0;
}
