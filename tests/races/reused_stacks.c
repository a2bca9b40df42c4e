// reused_stacks.c: threads that end give stack and TLS to those that come
// after: joined ones, and detached ones, which only say that they will end.
//
// plain: none
#include <limits.h>
#include <semaphore.h>
#include <string.h>

#include "together.h"

__thread char mine[200];
sem_t almost_over;

static void *work(void *argument)
{
    char local[3000];

    memset(local, 1, sizeof(local));
    memset(mine, local[17], sizeof(mine));
    if (argument) {
        pthread_detach(pthread_self());
        sem_post(&almost_over);
    }
    return NULL;
}

int main(void)
{
    pthread_t thread;

    sem_init(&almost_over, 0, 0);
    for (int i = 0; i < 60; i++) {
        int detaches = i % 3 != 0;

        if (pthread_create(&thread, NULL, work, detaches ? &thread : NULL)) {
            return 1;
        }
        if (detaches) {
            sem_wait(&almost_over);
        } else {
            pthread_join(thread, NULL);
        }
    }
    return 0;
}
