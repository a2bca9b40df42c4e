// publish_fence.c: plain accesses between full barriers; the flag is spun on.
//
// plain: ad-hoc flag a-b
// racy: ad-hoc flag a-b
// racy: race other c-d
#include "together.h"

volatile int flag;
int data;
int other;
int seen;

static void publish(void)
{
    meet(1);
    await_busy(1);
    data = 42;
    __sync_synchronize();
    flag = 1; // @a
#ifdef RACY
    other = 1; // @c
#endif
}

static void await(void)
{
    meet(1);
    while (!flag) { // @b
    }
    __sync_synchronize();
    seen = data;
#ifdef RACY
    other = 2; // @d
#endif
}

int main(void)
{
    together(publish, await);
    return 0;
}
