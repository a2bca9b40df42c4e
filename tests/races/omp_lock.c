// omp_lock.c: a lock of OpenMP; racy: the access comes after it.
//
// build: -fopenmp
// plain: none
// racy: race counter a-a
#include <omp.h>

int counter;
omp_lock_t lock;

int main(void)
{
    omp_init_lock(&lock);
#pragma omp parallel num_threads(2)
    {
        omp_set_lock(&lock);
#ifndef RACY
        counter++;
#endif
        omp_unset_lock(&lock);
#ifdef RACY
        counter++; // @a
#endif
    }
    return 0;
}
