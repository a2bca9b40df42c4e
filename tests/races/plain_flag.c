// plain_flag.c: publication by a plain flag that the other thread spins on;
// racy: the reader does not wait.
//
// plain: ad-hoc flag a-b
// racy: race data c-d
#include "together.h"

volatile int flag;
volatile int data; // the compiler may swap an access to another one with flag's
int seen;

static void publish(void)
{
#ifndef RACY
    meet(1);
    await_busy(1);
#endif
    data = 42; // @c
    flag = 1;  // @a
}

static void await(void)
{
#ifndef RACY
    meet(1);
    while (!flag) { // @b
    }
#endif
    seen = data; // @d
}

int main(void)
{
    together(publish, await);
    return 0;
}
