// stop_flag.c: one thread works until another one's plain flag says stop.
//
// plain: ad-hoc stop a-b
#include "together.h"

volatile int stop;
long work_done;

static void stopper(void)
{
    meet(1);
    await_busy(1);
    stop = 1; // @a
}

static void worker(void)
{
    meet(1);
    while (!stop) { // @b
        work_done++;
    }
}

int main(void)
{
    together(stopper, worker);
    return 0;
}
