// omp_dynamic.c: turns of a loop that are dealt out as threads ask for them.
//
// build: -fopenmp
// plain: none
int array[60];

int main(void)
{
#pragma omp parallel for num_threads(2) schedule(dynamic, 3)
    for (int i = 0; i < 60; i++) {
        array[i] = i;
    }
#pragma omp parallel for num_threads(2) schedule(guided)
    for (int i = 0; i < 60; i++) {
        array[59 - i]++;
    }
    return 0;
}
