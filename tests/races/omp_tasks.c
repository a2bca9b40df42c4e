// omp_tasks.c: tasks that write, and one that waits for them.
//
// build: -fopenmp
// plain: none
int results[16];
long sum;

int main(void)
{
#pragma omp parallel num_threads(2)
#pragma omp single
    {
        for (int i = 0; i < 16; i++) {
#pragma omp task firstprivate(i)
            results[i] = i;
        }
#pragma omp taskwait
        for (int i = 0; i < 16; i++) {
            sum += results[i];
        }
    }
    return 0;
}
