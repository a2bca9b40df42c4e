// omp_reduction.c: a sum by reduction; racy: into a shared variable.
//
// build: -fopenmp
// plain: none
// racy: race sum a-a
long sum;

int main(void)
{
#ifdef RACY
#pragma omp parallel for num_threads(2)
#else
#pragma omp parallel for num_threads(2) reduction(+ : sum)
#endif
    for (int i = 0; i < 40; i++) {
        *(volatile long *)&sum += i; // @a
    }
    return 0;
}
