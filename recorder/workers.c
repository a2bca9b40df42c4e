/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * workers.c - a pool of threads with one queue.
 */
#include "workers.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "check.h"

struct workers {
    const struct workers_ops *ops;
    void *context;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;  /* a job, or the end */
    pthread_cond_t begun; /* a worker has started, or failed to */
    struct job *first;
    struct job **last;
    unsigned n_idle;
    unsigned n_started;
    unsigned n_failed;
    bool is_ending;

    unsigned n_threads;
    pthread_t threads[];
};

static struct job *next_job(struct workers *workers)
{
    struct job *job;

    pthread_mutex_lock(&workers->lock);
    workers->n_idle++;
    while (workers->first == NULL && !workers->is_ending) {
        pthread_cond_wait(&workers->work, &workers->lock);
    }
    workers->n_idle--;
    job = workers->first;
    if (job != NULL) {
        workers->first = job->next;
        if (workers->first == NULL) {
            workers->last = &workers->first;
        }
    }
    pthread_mutex_unlock(&workers->lock);
    return job;
}

static void *worker(void *argument)
{
    struct workers *workers = argument;
    void *data = workers->ops->start(workers->context);
    struct job *job;

    pthread_mutex_lock(&workers->lock);
    workers->n_started += data != NULL;
    workers->n_failed += data == NULL;
    pthread_cond_signal(&workers->begun);
    pthread_mutex_unlock(&workers->lock);
    if (data == NULL) {
        return NULL;
    }
    while ((job = next_job(workers)) != NULL) {
        workers->ops->run(workers->context, data, job);
    }
    workers->ops->stop(data);
    return NULL;
}

struct workers *workers_start(unsigned n, const struct workers_ops *ops,
                              void *context)
{
    struct workers *workers =
        calloc(1, sizeof(*workers) + n * sizeof(workers->threads[0]));
    sigset_t all;
    sigset_t old;

    if (workers == NULL) {
        return NULL;
    }
    workers->ops = ops;
    workers->context = context;
    workers->last = &workers->first;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->work, NULL);
    pthread_cond_init(&workers->begun, NULL);
    /* Signals are the main thread's. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    for (; workers->n_threads < n; workers->n_threads++) {
        if (pthread_create(&workers->threads[workers->n_threads], NULL, worker,
                           workers) != 0) {
            break;
        }
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_mutex_lock(&workers->lock);
    while (workers->n_started + workers->n_failed < workers->n_threads) {
        pthread_cond_wait(&workers->begun, &workers->lock);
    }
    n = workers->n_started;
    pthread_mutex_unlock(&workers->lock);
    if (n == 0) {
        workers_finish(workers);
        return NULL;
    }
    return workers;
}

void workers_submit(struct workers *workers, struct job *job)
{
    job->next = NULL;
    pthread_mutex_lock(&workers->lock);
    check(!workers->is_ending, "no job comes after the end");
    *workers->last = job;
    workers->last = &job->next;
    pthread_cond_signal(&workers->work);
    pthread_mutex_unlock(&workers->lock);
}

bool workers_are_hungry(struct workers *workers)
{
    bool are_hungry;

    pthread_mutex_lock(&workers->lock);
    are_hungry = workers->n_idle > 0 && workers->first == NULL;
    pthread_mutex_unlock(&workers->lock);
    return are_hungry;
}

void workers_finish(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->is_ending = true;
    pthread_cond_broadcast(&workers->work);
    pthread_mutex_unlock(&workers->lock);
    for (unsigned i = 0; i < workers->n_threads; i++) {
        pthread_join(workers->threads[i], NULL);
    }
    check(workers->first == NULL || workers->n_started == 0,
          "all jobs are done at the end");
    pthread_cond_destroy(&workers->begun);
    pthread_cond_destroy(&workers->work);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}
