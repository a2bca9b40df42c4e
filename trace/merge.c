/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * merge.c - see merge.h.
 *
 * A heap holds a stream for each thread, by the time of its next access.  A
 * block is opened only when its start comes to the top of the heap, and its
 * decoder goes back to a pool at its end, so that there are as many decoders
 * as threads whose blocks overlap.  Accesses of one stamp are never parted,
 * so the heap is asked once a run of them.
 */
#include "merge.h"

#include <stdlib.h>

struct stream {
    uint64_t time; /* of the next access, or before it */
    uint32_t thread;
    size_t place, place_end; /* in by_thread: the blocks to come */
    struct decoder *decoder; /* NULL between blocks */
    struct decoded decoded;
    size_t run; /* of decoded, the next */
    size_t at;  /* its first access */
};

struct merge {
    const struct memtrace_reader *reader;
    struct block_choice choice;
    struct stream *heap; /* the first is the earliest */
    size_t n_streams;
    struct decoder **pool; /* room for one a stream */
    size_t n_pool;
    ZSTD_DCtx *zstd; /* of all decoders */
    struct buffer buffer;
};

static bool is_before(const struct stream *a, const struct stream *b)
{
    return a->time != b->time ? a->time < b->time : a->thread < b->thread;
}

static void sift_down(struct merge *m, size_t i)
{
    struct stream moving = m->heap[i];

    for (;;) {
        size_t child = 2 * i + 1;

        if (child >= m->n_streams) {
            break;
        }
        if (child + 1 < m->n_streams &&
            is_before(&m->heap[child + 1], &m->heap[child])) {
            child++;
        }
        if (!is_before(&m->heap[child], &moving)) {
            break;
        }
        m->heap[i] = m->heap[child];
        i = child;
    }
    m->heap[i] = moving;
}

static void set_time(struct stream *s, uint64_t time)
{
    if (time > s->time) {
        s->time = time; /* a thread's own order holds, whatever the file */
    }
}

static uint64_t block_start(const struct merge *m, size_t place)
{
    const struct stored *stored = &m->reader->stored;

    return stored->blocks[stored->by_thread[place]].facts.start_time;
}

struct merge *merge_new(const struct memtrace_reader *reader)
{
    struct merge *m = calloc(1, sizeof(*m));

    if (!m) {
        return NULL;
    }
    m->reader = reader;
    m->heap = calloc(reader->threads.n + 1, sizeof(*m->heap));
    m->pool = calloc(reader->threads.n + 1, sizeof(*m->pool));
    m->zstd = ZSTD_createDCtx();
    if (!m->heap || !m->pool || !m->zstd) {
        merge_free(m);
        return NULL;
    }
    for (size_t i = 0; i < reader->threads.n; i++) {
        struct stream *s = &m->heap[m->n_streams];
        size_t n_blocks;

        s->thread = reader->threads.all[i].number;
        s->place = stored_of_thread(&reader->stored, s->thread, &n_blocks);
        s->place_end = s->place + n_blocks;
        if (n_blocks) {
            s->time = block_start(m, s->place);
            m->n_streams++;
        }
    }
    for (size_t i = m->n_streams / 2; i-- > 0;) {
        sift_down(m, i);
    }
    return m;
}

void merge_choose(struct merge *m, const struct block_choice *choice)
{
    m->choice = *choice;
}

void merge_free(struct merge *m)
{
    if (!m) {
        return;
    }
    for (size_t i = 0; i < m->n_streams; i++) {
        decoder_free(m->heap[i].decoder);
    }
    for (size_t i = 0; i < m->n_pool; i++) {
        decoder_free(m->pool[i]);
    }
    free(m->heap);
    free(m->pool);
    ZSTD_freeDCtx(m->zstd);
    buffer_free(&m->buffer);
    free(m);
}

/* The first stream is at its block's end. */
static void leave_block(struct merge *m)
{
    struct stream *s = &m->heap[0];

    if (s->decoder) {
        m->pool[m->n_pool++] = s->decoder;
        s->decoder = NULL;
    }
    s->decoded.n_runs = s->run = s->at = 0;
    if (s->place == s->place_end) {
        m->heap[0] = m->heap[--m->n_streams];
    } else {
        set_time(s, block_start(m, s->place));
    }
}

/* Decode more of the first stream. */
static void decode_more(struct merge *m)
{
    struct stream *s = &m->heap[0];
    int result = decoder_next(s->decoder, &s->decoded);

    s->run = s->at = 0;
    if (result > 0) {
        set_time(s, s->decoded.accesses[0].time);
        return;
    }
    if (result < 0) {
        reader_damaged(m->reader, m->reader->stored.by_thread[s->place - 1]);
    }
    leave_block(m);
}

/*
 * The first stream is between blocks: open the next, and decode from it, as
 * its first access may be later than its start.  Return: 0, or NOMEM.
 */
static int enter_block(struct merge *m)
{
    struct stream *s = &m->heap[0];
    size_t block = m->reader->stored.by_thread[s->place++];
    int error;

    if (!block_is_wanted(&m->choice, m->reader, block)) {
        leave_block(m);
        return 0;
    }
    s->decoder = m->n_pool ? m->pool[--m->n_pool] : decoder_new(m->zstd);
    if (!s->decoder) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = block_open(m->reader, block, &m->buffer, s->decoder);
    if (error < 0) {
        leave_block(m);
        return error == MEMTRACE_ERR_NOMEM ? error : 0;
    }
    decode_more(m);
    return 0;
}

/* The stream that comes after the first, or NULL. */
static const struct stream *second(const struct merge *m)
{
    if (m->n_streams < 2) {
        return NULL;
    }
    if (m->n_streams > 2 && is_before(&m->heap[2], &m->heap[1])) {
        return &m->heap[2];
    }
    return &m->heap[1];
}

/* Hand out the first stream's accesses up to where another one's come. */
static void take_runs(struct merge *m, struct memtrace_batch *batch)
{
    struct stream *s = &m->heap[0];
    const struct stream *other = second(m);
    const struct decoded *d = &s->decoded;
    size_t start = s->at;

    if (!other) {
        s->run = d->n_runs;
        s->at = d->n_accesses;
    } else {
        do {
            s->at = d->run_ends[s->run++];
            if (s->run == d->n_runs) {
                break;
            }
            set_time(s, d->accesses[s->at].time);
        } while (is_before(s, other));
    }
    *batch = (struct memtrace_batch){
        .accesses = d->accesses + start,
        .values = d->values ? d->values + start : NULL,
        .n_accesses = s->at - start,
        .first = d->first + start,
        .thread = s->thread,
    };
}

int merge_next(struct merge *m, struct memtrace_batch *batch)
{
    while (m->n_streams) {
        struct stream *s = &m->heap[0];

        if (!s->decoder) {
            int error = enter_block(m);

            if (error < 0) {
                return error;
            }
        } else if (s->run == s->decoded.n_runs) {
            decode_more(m);
        } else {
            take_runs(m, batch);
            sift_down(m, 0);
            return 1;
        }
        if (m->n_streams) {
            sift_down(m, 0);
        }
    }
    return 0;
}
