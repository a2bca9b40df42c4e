// sleepy_flag.c: a plain flag that is looked at now and then, with sleep in
// between; racy: the reader looks some times, whatever it sees.
//
// plain: ad-hoc flag a-b
// racy: race flag a-d
#include "together.h"

volatile int flag;
volatile int data;
int seen;

static void publish(void)
{
#ifndef RACY
    meet(1);
    await_busy(1);
#endif
    data = 42;
    flag = 1; // @a
}

static void await(void)
{
#ifndef RACY
    meet(1);
    while (!flag) { // @b
        usleep(100);
    }
    seen = data;
#else
    for (int i = 0; i < 5; i++) {
        seen += flag; // @d
    }
#endif
}

int main(void)
{
    together(publish, await);
    return 0;
}
