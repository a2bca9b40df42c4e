// stop_flag.c: one thread works until another one's plain flag says stop.
//
// plain: ad-hoc stop a-b
#include <semaphore.h>

#include "together.h"

volatile int stop;
long work_done;
sem_t working;

static void stopper(void)
{
    sem_wait(&working);
    stop = 1; // @a
}

static void worker(void)
{
    while (!stop) { // @b
        work_done++;
        if (work_done == 200) {
            sem_post(&working);
        }
    }
}

int main(void)
{
    sem_init(&working, 0, 0);
    together(stopper, worker);
    return 0;
}
