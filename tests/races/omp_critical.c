// omp_critical.c: a counter in a critical section of OpenMP; racy: in none.
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
#pragma omp critical
#endif
        counter++; // @a
    }
    return 0;
}
