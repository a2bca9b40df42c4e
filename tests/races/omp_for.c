// omp_for.c: a parallel loop; racy: whose turns need what the one before left.
//
// build: -fopenmp
// plain: none
// racy: race array a-a
int array[41];

int main(void)
{
#pragma omp parallel for num_threads(2) schedule(static)
    for (int i = 0; i < 40; i++) {
#ifdef RACY
        array[i] = array[i + 1] + 1; // @a
#else
        array[i] = i;
#endif
    }
    return 0;
}
