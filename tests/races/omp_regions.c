// omp_regions.c: threads of OpenMP that are used again, and a sum after each
// region.
//
// build: -fopenmp
// plain: none
int results[3];
long sum;

int main(void)
{
    for (int round = 0; round < 10; round++) {
#pragma omp parallel for num_threads(3)
        for (int i = 0; i < 3; i++) {
            results[i] += i;
        }
        sum += results[0] + results[1] + results[2];
    }
    return 0;
}
