// flag_beside.c: as stop_flag.c, but what the loop counts in stands beside the
// flag, in the same eight bytes: a flag is none the less for that.
//
// plain: ad-hoc state a-b
#include "together.h"

struct {
    volatile int stop;
    volatile int work_done;
} __attribute__((aligned(8))) state;

static void stopper(void)
{
    meet(1);
    await_busy(1);
    state.stop = 1; // @a
}

static void worker(void)
{
    meet(1);
    while (!state.stop) { // @b
        state.work_done++;
    }
}

int main(void)
{
    together(stopper, worker);
    return 0;
}
