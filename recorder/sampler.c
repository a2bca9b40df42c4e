/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sampler.c - see sampler.h. */
#include "sampler.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#define SECOND_NS 1000000000u

struct sampler {
    struct channel *channel;
    pthread_t thread;
    uint64_t on_ns;
    uint64_t period_ns;
    pthread_mutex_t lock; /* guards is_over */
    pthread_cond_t over;
    bool is_over;
    uint64_t n_windows; /* writer: the thread */
};

/* Return: whether it is over before then. */
static bool sleep_until(struct sampler *sampler, uint64_t ns)
{
    struct timespec at = {ns / SECOND_NS, ns % SECOND_NS};
    bool is_over;

    pthread_mutex_lock(&sampler->lock);
    while (!sampler->is_over &&
           pthread_cond_clockwait(&sampler->over, &sampler->lock,
                                  CLOCK_MONOTONIC, &at) == 0) {
    }
    is_over = sampler->is_over;
    pthread_mutex_unlock(&sampler->lock);
    return is_over;
}

static void *run(void *argument)
{
    struct sampler *sampler = argument;
    _Atomic(uint32_t) *pauses = &sampler->channel->gate.pauses;
    struct timespec now;
    uint64_t start;

    clock_gettime(CLOCK_MONOTONIC, &now);
    start = (uint64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
    for (;; start += sampler->period_ns) {
        atomic_fetch_and(pauses, ~(uint32_t)SELECTION_PAUSE_SAMPLE);
        sampler->n_windows++;
        if (sleep_until(sampler, start + sampler->on_ns)) {
            return NULL;
        }
        atomic_fetch_or(pauses, SELECTION_PAUSE_SAMPLE);
        if (sleep_until(sampler, start + sampler->period_ns)) {
            return NULL;
        }
    }
}

struct sampler *sampler_start(struct channel *channel, uint64_t on_ns,
                              uint64_t period_ns)
{
    struct sampler *sampler;

    if (on_ns == 0) {
        return NULL;
    }
    sampler = calloc(1, sizeof(*sampler));
    if (sampler == NULL) {
        return NULL;
    }
    sampler->channel = channel;
    sampler->on_ns = on_ns;
    sampler->period_ns = period_ns;
    pthread_mutex_init(&sampler->lock, NULL);
    pthread_cond_init(&sampler->over, NULL);
    if (pthread_create(&sampler->thread, NULL, run, sampler) != 0) {
        pthread_cond_destroy(&sampler->over);
        pthread_mutex_destroy(&sampler->lock);
        free(sampler);
        return NULL;
    }
    return sampler;
}

uint64_t sampler_stop(struct sampler *sampler)
{
    uint64_t n_windows;

    if (sampler == NULL) {
        return 0;
    }
    pthread_mutex_lock(&sampler->lock);
    sampler->is_over = true;
    pthread_cond_signal(&sampler->over);
    pthread_mutex_unlock(&sampler->lock);
    pthread_join(sampler->thread, NULL);
    n_windows = sampler->n_windows;
    pthread_cond_destroy(&sampler->over);
    pthread_mutex_destroy(&sampler->lock);
    free(sampler);
    return n_windows;
}
