// omp_taskloop.c: tasks of loops, one loop after the other: libgomp frees a
// task that another thread still looks at.  Where none is left when its maker
// comes to the end of the loop, that is a plain load on x86_64, as in
// omp_tasks.c.
//
// build: -fopenmp
// plain: none
// plain x86_64: may table a-a
enum { N = 64, N_ROUNDS = 20 };

int table[N];

int main(void)
{
#pragma omp parallel num_threads(3)
    for (int i = 0; i < N_ROUNDS; i++) {
#pragma omp single
#pragma omp taskloop grainsize(4)
        for (int j = 0; j < N; j++) {
            table[j] += j; // @a
        }
    }
    return 0;
}
