// omp_atomic.c: an atomic update; racy: an update.
//
// build: -fopenmp
// plain: none
// racy: race counter a-a
int counter;

int main(void)
{
#pragma omp parallel num_threads(2)
    for (int i = 0; i < 20; i++) { // @a by gcc 14
#ifndef RACY
#pragma omp atomic
#endif
        counter++; // @a
    }
    return 0;
}
