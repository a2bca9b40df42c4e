// private_flag.c: a plain flag that a thread spins on, between much work of its
// own; racy: it does not wait.
//
// plain: ad-hoc flag a-b
// racy: race data c-d
#include "private_work.h"
#include "together.h"

#define ROUNDS 30

volatile int flag;
volatile int data;
int seen;

static void work(struct private_work *work)
{
    for (int round = 0; round < ROUNDS; round++) {
        private_work_go_on(work);
    }
}

static void publish(void)
{
    struct private_work own;

    private_work_begin(&own);
    work(&own);
#ifndef RACY
    meet(1);
    await_busy(1);
#endif
    data = 42; // @c
    flag = 1;  // @a
    work(&own);
}

static void await(void)
{
    struct private_work own;

    private_work_begin(&own);
    work(&own);
#ifndef RACY
    meet(1);
    while (!flag) { // @b
    }
#endif
    seen = data; // @d
    work(&own);
}

int main(void)
{
    together(publish, await);
    return 0;
}
