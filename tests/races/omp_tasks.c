// omp_tasks.c: tasks that write, and one that waits for them.  Where no task is
// left, taskwait of libgomp looks at a pointer with acquire and goes on: on
// x86_64 that is a plain load, once, which nothing tells from any other.
//
// build: -fopenmp
// plain: none
// plain !aarch64: may results a-b
int results[16];
long sum;

int main(void)
{
#pragma omp parallel num_threads(2)
#pragma omp single
    {
        for (int i = 0; i < 16; i++) {
#pragma omp task firstprivate(i)
            results[i] = i; // @a
        }
#pragma omp taskwait
        for (int i = 0; i < 16; i++) {
            sum += results[i]; // @b
        }
    }
    return 0;
}
