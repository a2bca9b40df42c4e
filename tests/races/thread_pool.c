// thread_pool.c: jobs with places of their own for their results; racy: all
// jobs add to one sum.
//
// plain: none
// racy: race total a-a
#include "together.h"

enum { N_JOBS = 2 };

int results[N_JOBS];
int total;
int n_taken;
int n_done;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t is_done = PTHREAD_COND_INITIALIZER;

static void run(int job)
{
    meet(0); // each is with a worker
#ifdef RACY
    total += job + 1; // @a
#else
    results[job] = job + 1;
#endif
    meet(1);
}

static void *worker(void *argument)
{
    for (;;) {
        int job;

        pthread_mutex_lock(&mutex);
        job = n_taken++;
        pthread_mutex_unlock(&mutex);
        if (job >= N_JOBS) {
            return argument;
        }
        run(job);
        pthread_mutex_lock(&mutex);
        n_done++;
        pthread_cond_signal(&is_done);
        pthread_mutex_unlock(&mutex);
    }
}

int main(void)
{
    pthread_t threads[3];

    meetings_init();
    for (int i = 0; i < 3; i++) {
        pthread_create(&threads[i], NULL, worker, NULL);
    }
    pthread_mutex_lock(&mutex);
    while (n_done < N_JOBS) {
        pthread_cond_wait(&is_done, &mutex);
    }
    for (int i = 0; i < N_JOBS; i++) {
        total += results[i];
    }
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
