/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tight.c - the tight kernel: threads that stream and scatter over private
 * and shared arrays, and do next to nothing else.
 *
 * usage: tight THREADS ROUNDS    (ROUNDS * 458752 accesses a thread)
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define N_WORDS 65536u
#define MAX_THREADS 64

/* volatile: each access in the source is one access of the guest. */
static volatile uint64_t shared_read[N_WORDS];
static volatile uint64_t shared_write[N_WORDS];

struct worker {
    volatile uint64_t *words;
    pthread_t thread;
    unsigned rounds;
    uint32_t seed;
    uint64_t sum;
};

static uint32_t next_index(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static uint64_t stream(volatile uint64_t *words)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < N_WORDS; i++) {
        words[i] += i;
        sum += shared_read[i];
    }
    return sum;
}

static void scatter(volatile uint64_t *words, uint32_t *state)
{
    for (uint32_t i = 0; i < N_WORDS; i++) {
        words[next_index(state)] += i;
        shared_write[next_index(state)] += i;
    }
}

static void *work(void *arg)
{
    struct worker *worker = arg;

    for (unsigned r = 0; r < worker->rounds; r++) {
        worker->sum += stream(worker->words);
        scatter(worker->words, &worker->seed);
    }
    for (uint32_t i = 0; i < N_WORDS; i++) {
        worker->sum += worker->words[i];
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static struct worker workers[MAX_THREADS];
    unsigned n_threads = argc > 1 ? atoi(argv[1]) : 1;
    unsigned rounds = argc > 2 ? atoi(argv[2]) : 172;
    uint64_t sum = 0;

    if (n_threads < 1 || n_threads > MAX_THREADS) {
        fprintf(stderr, "tight: 1 to %d threads\n", MAX_THREADS);
        return 2;
    }
    for (uint32_t i = 0; i < N_WORDS; i++) {
        shared_read[i] = i;
    }
    for (unsigned t = 0; t < n_threads; t++) {
        workers[t].words = calloc(N_WORDS, sizeof(uint64_t));
        workers[t].rounds = rounds;
        workers[t].seed = t + 1;
        if (!workers[t].words || (t && pthread_create(&workers[t].thread, NULL,
                                                      work, &workers[t]))) {
            perror("tight");
            return 1;
        }
    }
    work(&workers[0]);
    for (unsigned t = 0; t < n_threads; t++) {
        if (t) {
            pthread_join(workers[t].thread, NULL);
        }
        sum += workers[t].sum;
    }
    printf("%llu\n", (unsigned long long)sum);
    return 0;
}
