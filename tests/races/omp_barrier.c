// omp_barrier.c: two phases with a barrier between them; racy: with none.
//
// build: -fopenmp
// plain: none
// racy: race halves a-b
#include <omp.h>

int halves[2];
int sums[2];

int main(void)
{
#pragma omp parallel num_threads(2)
    {
        int who = omp_get_thread_num();

        halves[who] = who; // @a
#ifndef RACY
#pragma omp barrier
#endif
        sums[who] = halves[1 - who]; // @b
    }
    return 0;
}
