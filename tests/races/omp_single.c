// omp_single.c: one thread writes for all; racy: who does not wait for it.
//
// build: -fopenmp
// plain: none
// racy: race data a-b
#include <omp.h>

int data;
int seen[2];

int main(void)
{
#pragma omp parallel num_threads(2)
    {
#ifdef RACY
#pragma omp single nowait
#else
#pragma omp single
#endif
        data = 1;                          // @a
        seen[omp_get_thread_num()] = data; // @b
    }
    return 0;
}
