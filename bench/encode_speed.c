/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * encode_speed.c - how fast accesses are encoded: takes the packed accesses
 * and stamps back out of a trace into memory, then workers encode them again
 * as the recorder does.  Nothing is written.
 *
 * usage: encode_speed TRACE WORKERS [ACCESSES]
 *        (the first ACCESSES of the trace, 24 million by default)
 * prints: accesses seconds bytes
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "memtrace.h"
#include "writer.h"

#define MAX_WORKERS 64

/* A block as the channel carries it: accesses and the stamps between them. */
struct block {
    struct memtrace_packed *packed;
    size_t n_packed;
    size_t room;
    uint64_t n_accesses;
    uint64_t first;
    uint64_t start_time;
    uint64_t time; /* the last stamp */
    uint32_t thread;
};

struct pass {
    struct block *blocks; /* constant while workers run */
    uint64_t n_blocks;
    _Atomic uint64_t next_block;
};

struct worker {
    struct pass *pass;
    pthread_t thread;
    uint64_t n_bytes;
    int error;
};

static double now_s(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void put(struct block *block, uint64_t vaddr, uint32_t tag)
{
    if (block->n_packed == block->room) {
        size_t room = 2 * block->room + MEMTRACE_BLOCK_ACCESSES;
        void *larger = realloc(block->packed, room * sizeof(*block->packed));

        if (!larger) {
            perror("encode_speed");
            exit(1);
        }
        block->packed = larger;
        block->room = room;
    }
    block->packed[block->n_packed++] = (struct memtrace_packed){vaddr, tag};
}

static void take_batch(struct block *block, const struct memtrace_batch *batch)
{
    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];

        if (block->n_accesses == 0) {
            block->start_time = block->time = access->time;
        }
        if (block->time != access->time) {
            block->time = access->time;
            put(block, access->time, MEMTRACE_TAG_STAMP);
        }
        put(block, access->vaddr, memtrace_tag(access));
        block->n_accesses++;
    }
}

/* Decode into @pass. Return: 0 or an error; @n_accesses is what it took. */
static int take(const struct memtrace_reader *reader, struct pass *pass,
                uint64_t *n_accesses)
{
    uint64_t n_blocks = memtrace_summary(reader)->n_blocks;
    uint64_t limit = *n_accesses;
    struct memtrace_cursor *cursor = NULL;
    struct memtrace_batch batch;
    int r = memtrace_cursor_open_block(reader, &cursor);

    *n_accesses = 0;
    pass->blocks = calloc(n_blocks + 1, sizeof(*pass->blocks));
    if (!pass->blocks) {
        r = MEMTRACE_ERR_NOMEM;
    }
    for (uint64_t i = 0; r >= 0 && i < n_blocks && *n_accesses < limit; i++) {
        struct block *block = &pass->blocks[pass->n_blocks];

        block->thread = memtrace_block(reader, i)->thread;
        block->first = memtrace_block(reader, i)->first;
        r = memtrace_cursor_seek(cursor, i);
        while (r >= 0 && (r = memtrace_cursor_next(cursor, &batch)) > 0) {
            take_batch(block, &batch);
        }
        if (block->n_accesses) {
            *n_accesses += block->n_accesses;
            pass->n_blocks++;
        }
    }
    memtrace_cursor_close(cursor);
    return r;
}

static int encode(struct memtrace_encoder *encoder, const struct block *block,
                  uint64_t *n_bytes)
{
    const uint8_t *data;
    size_t size_bytes, done = 0, n = 1;
    int r;

    memtrace_encoder_begin(encoder, block->thread, block->first,
                           block->start_time);
    while (n > 0 && done < block->n_packed) {
        n = memtrace_encoder_accesses(encoder, block->packed + done,
                                      block->n_packed - done);
        done += n;
    }
    if (done != block->n_packed) {
        return MEMTRACE_ERR_LIMIT;
    }
    r = memtrace_encoder_finish(encoder, &data, &size_bytes);
    *n_bytes += size_bytes;
    return r;
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct pass *pass = worker->pass;
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    uint64_t i;
    int r = encoder ? 0 : MEMTRACE_ERR_NOMEM;

    while (r == 0 &&
           (i = atomic_fetch_add(&pass->next_block, 1)) < pass->n_blocks) {
        r = encode(encoder, &pass->blocks[i], &worker->n_bytes);
    }
    worker->error = r;
    memtrace_encoder_free(encoder);
    return NULL;
}

static int run(struct pass *pass, unsigned n_workers, uint64_t *n_bytes)
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
        *n_bytes += workers[i].n_bytes;
        error = error ? error : workers[i].error;
    }
    return error;
}

int main(int argc, char **argv)
{
    int n_workers = argc >= 3 ? atoi(argv[2]) : 0;
    uint64_t n_accesses = argc >= 4 ? strtoull(argv[3], NULL, 10) : 24000000;
    struct memtrace_reader *reader = NULL;
    struct pass pass = {0};
    uint64_t n_bytes = 0;
    double start_s;
    int r;

    if (n_workers < 1 || n_workers > MAX_WORKERS) {
        fprintf(stderr, "usage: encode_speed TRACE WORKERS [ACCESSES]\n");
        return 2;
    }
    r = memtrace_open(argv[1], &reader);
    if (r == 0) {
        r = take(reader, &pass, &n_accesses);
    }
    start_s = now_s();
    if (r >= 0) {
        r = run(&pass, n_workers, &n_bytes);
    }
    if (r < 0) {
        fprintf(stderr, "encode_speed: %s: %s\n", argv[1],
                memtrace_strerror(r));
    } else {
        printf("%" PRIu64 " %.6f %" PRIu64 "\n", n_accesses, now_s() - start_s,
               n_bytes);
    }
    for (uint64_t i = 0; i < pass.n_blocks; i++) {
        free(pass.blocks[i].packed);
    }
    free(pass.blocks);
    memtrace_close(reader);
    return r < 0;
}
