// publish_xchg.c: an object is handed over by exchanging a pointer; racy: it
// is written to after that.
//
// plain: none
// racy: race object a-b
#include "together.h"

struct {
    int first;
    int second;
} object;
void *handed;
int seen;

static void publish(void)
{
    object.first = 1;
#ifndef RACY
    object.second = 2;
#endif
    (void)__atomic_exchange_n(&handed, &object, __ATOMIC_ACQ_REL);
#ifdef RACY
    object.second = 2; // @a
#endif
}

static void await(void)
{
    while (!__atomic_load_n(&handed, __ATOMIC_ACQUIRE)) {
    }
    seen = object.first;
    seen += object.second; // @b
}

int main(void)
{
    together(publish, await);
    return seen == 0;
}
