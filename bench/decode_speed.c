/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode_speed.c - how fast a trace decodes: workers read its blocks and sum
 * every field of every access.
 *
 * usage: decode_speed TRACE WORKERS
 * prints: accesses seconds sum
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "memtrace.h"

#define MAX_WORKERS 64

struct pass {
    const struct memtrace_reader *reader;
    uint64_t *pcs; /* by instruction number; made before the workers start */
    uint64_t n_blocks;
    _Atomic uint64_t next_block;
};

struct worker {
    struct pass *pass;
    pthread_t thread;
    uint64_t n_accesses;
    uint64_t sum;
    int error;
};

static double now_s(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static int make_pcs(struct pass *pass)
{
    uint32_t n = memtrace_summary(pass->reader)->n_insns;

    pass->pcs = calloc((size_t)n + 1, sizeof(*pass->pcs));
    if (!pass->pcs) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (uint32_t i = 1; i <= n; i++) {
        const struct memtrace_insn *insn = memtrace_insn(pass->reader, i);

        pass->pcs[i] = insn ? insn->pc : 0;
    }
    return 0;
}

static uint64_t sum_batch(const struct memtrace_batch *batch,
                          const uint64_t *pcs)
{
    uint64_t sum = batch->thread;

    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];

        sum += pcs[access->insn] + access->vaddr + access->size +
               access->flags + access->time;
    }
    return sum;
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct pass *pass = worker->pass;
    struct memtrace_cursor *cursor = NULL;
    struct memtrace_batch batch;
    uint64_t block;
    int r = memtrace_cursor_open_block(pass->reader, &cursor);

    while (r >= 0 &&
           (block = atomic_fetch_add(&pass->next_block, 1)) < pass->n_blocks) {
        r = memtrace_cursor_seek(cursor, block);
        while (r >= 0 && (r = memtrace_cursor_next(cursor, &batch)) > 0) {
            worker->n_accesses += batch.n_accesses;
            worker->sum += sum_batch(&batch, pass->pcs);
        }
    }
    worker->error = r;
    memtrace_cursor_close(cursor);
    return NULL;
}

static int run(struct pass *pass, unsigned n_workers, uint64_t *n_accesses,
               uint64_t *sum)
{
    struct worker workers[MAX_WORKERS] = {0};
    unsigned started = 0;
    int error = 0;

    for (unsigned i = 0; i < n_workers && !error; i++) {
        workers[i].pass = pass;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) {
            error = MEMTRACE_ERR_NOMEM;
        } else {
            started++;
        }
    }
    for (unsigned i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        *n_accesses += workers[i].n_accesses;
        *sum += workers[i].sum;
        error = error ? error : workers[i].error;
    }
    return error;
}

int main(int argc, char **argv)
{
    int n_workers = argc == 3 ? atoi(argv[2]) : 0;
    struct memtrace_reader *reader = NULL;
    struct pass pass = {0};
    uint64_t n_accesses = 0, sum = 0;
    double start_s;
    int r;

    if (n_workers < 1 || n_workers > MAX_WORKERS) {
        fprintf(stderr, "usage: decode_speed TRACE WORKERS\n");
        return 2;
    }
    start_s = now_s();
    r = memtrace_open(argv[1], &reader);
    if (r == 0) {
        pass.reader = reader;
        pass.n_blocks = memtrace_summary(reader)->n_blocks;
        r = make_pcs(&pass);
    }
    if (r == 0) {
        r = run(&pass, n_workers, &n_accesses, &sum);
    }
    if (r < 0) {
        fprintf(stderr, "decode_speed: %s: %s\n", argv[1],
                memtrace_strerror(r));
    } else {
        printf("%" PRIu64 " %.6f %" PRIu64 "\n", n_accesses, now_s() - start_s,
               sum);
    }
    free(pass.pcs);
    memtrace_close(reader);
    return r < 0;
}
