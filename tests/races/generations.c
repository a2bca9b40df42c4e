// generations.c: threads that start threads, each of which adds to a counter
// and is joined by who started it.
//
// plain: none
#include "together.h"

long counter;

static void *work(void *argument)
{
    int *depth = argument;
    int below = *depth - 1;
    pthread_t threads[2];

    counter++;
    for (int i = 0; below > 0 && i < 2; i++) {
        pthread_create(&threads[i], NULL, work, &below);
        pthread_join(threads[i], NULL);
        counter++;
    }
    return NULL;
}

int main(void)
{
    int depth = 5;

    work(&depth);
    return counter != 61;
}
