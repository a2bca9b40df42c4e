/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * encode.c - a stretch of one thread's stream to one access block.
 *
 * The model (model.h) predicts, this file keeps the block's facts, its stamps
 * and events, and closes it.
 */
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "check.h"
#include "digest_bytes.h"
#include "events.h"
#include "model.h"
#include "values.h"
#include "writer.h"

#define EVENTS_LEVEL 3
#define LISTED_AT_ONCE 512
#define PARTED 256 /* accesses parted from their values at once */
/* Of a block with a stamp before each access. */
#define STAMPS_BYTES ((size_t)(MEMTRACE_BLOCK_ACCESSES + 1) * 2 * VARINT_MAX)

struct memtrace_encoder {
    struct access_head head;
    uint64_t time;       /* the last stamp */
    uint32_t stamped_at; /* position of the last stamp kept */
    uint64_t stamped_time;
    ZSTD_CCtx *zstd;
    struct model_encoder *model;
    struct value_encoder *values;             /* NULL till there was one */
    bool has_failed;                          /* to make room for values */
    bool ends_with_access;                    /* what was taken last */
    bool is_behind_event;                     /* what is taken next */
    const struct memtrace_digester *digester; /* or NULL */
    void *digesting;                          /* its state */
    struct buffer digest;
    struct memtrace_encoder *listed; /* for what a digest lists, or NULL */
    struct buffer events;
    uint8_t *stamps; /* room for the worst block */
    uint8_t *stamps_end;
    struct buffer out;
};

struct memtrace_encoder *memtrace_encoder_new(void)
{
    struct memtrace_encoder *e = calloc(1, sizeof(*e));

    if (!e) {
        return NULL;
    }
    e->zstd = ZSTD_createCCtx();
    e->model = model_encoder_new(MODEL_LOOPS_AVX512);
    e->stamps = malloc(STAMPS_BYTES);
    if (!e->zstd || !e->model || !e->stamps) {
        memtrace_encoder_free(e);
        return NULL;
    }
    memtrace_encoder_begin(e, 0, 0, 0);
    return e;
}

void memtrace_encoder_free(struct memtrace_encoder *e)
{
    if (!e) {
        return;
    }
    if (e->digester) {
        e->digester->close(e->digesting);
    }
    memtrace_encoder_free(e->listed);
    ZSTD_freeCCtx(e->zstd);
    model_encoder_free(e->model);
    value_encoder_free(e->values);
    free(e->stamps);
    buffer_free(&e->digest);
    buffer_free(&e->events);
    buffer_free(&e->out);
    free(e);
}

void memtrace_encoder_begin(struct memtrace_encoder *e, uint32_t thread,
                            uint64_t first, uint64_t time)
{
    memset(&e->head, 0, sizeof(e->head));
    e->head.thread = thread;
    e->head.first = first;
    e->head.start_time = time;
    e->head.end_time = time;
    e->time = time;
    e->stamped_at = 0;
    e->stamped_time = time;
    e->is_behind_event = false;
    e->events.used = 0;
    e->stamps_end = e->stamps;
    model_encoder_begin(e->model);
    if (e->values) {
        value_encoder_begin(e->values);
    }
    if (e->digester) {
        e->digester->begin(e->digesting, thread, first, time);
    }
}

int memtrace_encoder_digest(struct memtrace_encoder *e,
                            const struct memtrace_digester *digester)
{
    e->digesting = digester->open(digester->shared);
    if (!e->digesting) {
        return MEMTRACE_ERR_NOMEM;
    }
    e->digester = digester;
    return 0;
}

/* A stamp is kept when an access that it applies to comes, the first at at. */
static void keep_stamp(struct memtrace_encoder *e, uint32_t at)
{
    if (e->time == e->stamped_time) {
        return;
    }
    check(at >= e->stamped_at, "stamps stand in their order");
    e->stamps_end = put_varint(e->stamps_end, at - e->stamped_at);
    e->stamps_end =
        put_varint(e->stamps_end, zigzag(e->time - e->stamped_time));
    e->stamped_at = at;
    e->stamped_time = e->time;
}

/* Accesses up to @end, of the same stamp, have come. */
static void come(struct memtrace_encoder *e, uint32_t at, uint32_t end)
{
    keep_stamp(e, at);
    if (e->digester) {
        struct memtrace_run run = {
            .n = end - at,
            .at = at,
            .time = e->time,
            .is_behind_event = e->is_behind_event,
        };

        model_encoder_from(e->model, at, &run.vaddrs, &run.tags);
        e->digester->see(e->digesting, &run);
    }
    e->is_behind_event = false;
}

/* Accesses and stamps. Return: how many were taken. */
static size_t take(struct memtrace_encoder *e,
                   const struct memtrace_packed *packed, size_t n)
{
    const struct model_stamps *stamps;
    size_t taken = model_encode(e->model, packed, n, &stamps);
    uint32_t at = e->head.n_accesses;
    uint32_t end = model_encoder_count(e->model);

    for (uint32_t i = 0; i < stamps->n; i++) {
        if (stamps->at[i] > at) {
            come(e, at, stamps->at[i]);
        }
        at = stamps->at[i];
        memtrace_encoder_stamp(e, stamps->times[i]);
    }
    if (end > at) {
        come(e, at, end);
    }
    check(end <= MEMTRACE_BLOCK_ACCESSES, "a block has room for its accesses");
    e->ends_with_access = end > at;
    e->head.n_accesses = end;
    return taken;
}

/* The entries of a value, n at most. Return: how many words it has. */
static unsigned read_value(const struct memtrace_packed *packed, size_t n,
                           uint64_t words[VALUE_WORDS])
{
    unsigned i = 0;

    for (; i < n && i < VALUE_WORDS; i++) {
        const volatile struct memtrace_packed *entry = packed + i;

        if (entry->tag != MEMTRACE_TAG_VALUE) {
            break;
        }
        words[i] = entry->vaddr;
    }
    return i;
}

/* The first value that the encoder meets, of the access taken last. */
static unsigned take_first_value(struct memtrace_encoder *e,
                                 const struct memtrace_packed *packed, size_t n)
{
    uint32_t at = e->head.n_accesses - 1;
    uint64_t words[VALUE_WORDS];
    unsigned n_words = read_value(packed, n, words);

    if (n_words > 0) {
        struct memtrace_packed access = model_encoder_access(e->model, at);

        e->values = value_encoder_new();
        if (e->values) {
            value_encoder_put(e->values, at, &access, words, n_words);
        } else {
            e->has_failed = true;
        }
    }
    return n_words;
}

static bool is_stamp(uint32_t tag)
{
    return tag == MEMTRACE_TAG_STAMP || tag == MEMTRACE_TAG_STAMP_BLOCKED;
}

/*
 * Accesses and their values, which are parted here, some at a time.  Return:
 * how many entries were taken.
 */
static size_t take_valued(struct memtrace_encoder *e,
                          const struct memtrace_packed *packed, size_t n,
                          size_t room)
{
    struct memtrace_packed accesses[PARTED];
    uint64_t words[PARTED][VALUE_WORDS];
    unsigned n_words[PARTED];
    uint32_t at = e->head.n_accesses;
    size_t used = 0, taken = 0;

    while (used < n && taken < PARTED && taken < room) {
        const volatile struct memtrace_packed *entry = packed + used;
        struct memtrace_packed access = {entry->vaddr, entry->tag};

        if (taken == 0 && is_stamp(access.tag)) {
            memtrace_encoder_stamp(e, access.vaddr);
            return 1;
        }
        if (!memtrace_tag_is_access(access.tag)) {
            break;
        }
        accesses[taken] = access;
        used++;
        n_words[taken] = read_value(packed + used, n - used, words[taken]);
        used += n_words[taken++];
    }
    if (taken == 0) {
        return 0;
    }
    take(e, accesses, taken);
    for (size_t i = 0; i < taken; i++) {
        value_encoder_put(e->values, at + (uint32_t)i, &accesses[i], words[i],
                          n_words[i]);
    }
    return used;
}

size_t memtrace_encoder_accesses(struct memtrace_encoder *e,
                                 const struct memtrace_packed *packed, size_t n)
{
    size_t room = MEMTRACE_BLOCK_ACCESSES - e->head.n_accesses, taken;

    if (e->values) {
        return take_valued(e, packed, n, room);
    }
    taken = take(e, packed, n < room ? n : room);
    if (taken > 0 && taken < n && e->ends_with_access) {
        taken += take_first_value(e, packed + taken, n - taken);
    }
    return taken;
}

void memtrace_encoder_stamp(struct memtrace_encoder *e, uint64_t time)
{
    if (time > e->time) {
        e->time = time;
        e->head.end_time = time;
    }
}

int memtrace_encoder_event(struct memtrace_encoder *e,
                           const struct memtrace_event *event)
{
    struct memtrace_event placed = *event;
    int error;

    placed.time = e->time;
    placed.position = e->head.first + e->head.n_accesses;
    error = event_put(&e->events, &e->head, &placed);
    if (error < 0) {
        return error;
    }
    e->head.n_events++;
    e->is_behind_event = true;
    if (event->type == MEMTRACE_EVENT_LOST) {
        e->head.n_lost += event->args[0];
    }
    return 0;
}

uint64_t memtrace_encoder_time(const struct memtrace_encoder *e)
{
    return e->time;
}

size_t memtrace_encoder_count(const struct memtrace_encoder *e)
{
    return e->head.n_accesses;
}

static int put_events(struct memtrace_encoder *e)
{
    size_t before = e->out.used;

    if (e->head.n_events == 0) {
        return 0;
    }
    if (section_put(&e->out, e->zstd, EVENTS_LEVEL, e->events.data,
                    e->events.used, true) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    e->head.events_size = (uint32_t)(e->out.used - before);
    e->head.events_checksum =
        checksum(e->out.data + before, e->head.events_size);
    return 0;
}

/* Where a digest's accesses stand in the block. */
static int put_places(struct memtrace_encoder *e,
                      const struct memtrace_digest *digest)
{
    uint32_t next = 0;
    uint8_t *p;

    e->digest.used = 0;
    if (buffer_reserve(&e->digest, digest->n_listed * VARINT_MAX) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    p = e->digest.data;
    for (size_t i = 0; i < digest->n_listed; i++) {
        check(digest->listed_at[i] >= next &&
                  digest->listed_at[i] < e->head.n_accesses,
              "a digest lists accesses of its block, in their order");
        p = put_varint(p, digest->listed_at[i] - next);
        next = digest->listed_at[i] + 1;
    }
    return section_put(&e->out, e->zstd, SECTION_FAST, e->digest.data,
                       (size_t)(p - e->digest.data), false);
}

/* An encoder's block of the accesses that a digest lists. */
static void encode_listed(struct memtrace_encoder *e,
                          const struct memtrace_digest *digest)
{
    struct memtrace_packed packed[LISTED_AT_ONCE];
    uint64_t time = e->head.start_time;
    size_t i = 0;

    memtrace_encoder_begin(e->listed, e->head.thread, e->head.first, time);
    while (i < digest->n_listed) {
        size_t n = 0, taken = 0;

        while (i < digest->n_listed && n + 2 <= LISTED_AT_ONCE) {
            const struct memtrace_access *access = &digest->listed[i++];

            if (access->time != time) {
                time = access->time;
                packed[n++] =
                    (struct memtrace_packed){time, MEMTRACE_TAG_STAMP};
            }
            packed[n++] =
                (struct memtrace_packed){access->vaddr, memtrace_tag(access)};
        }
        while (taken < n) {
            taken +=
                memtrace_encoder_accesses(e->listed, packed + taken, n - taken);
        }
    }
}

static int put_listed(struct memtrace_encoder *e,
                      const struct memtrace_digest *digest)
{
    const uint8_t *data;
    size_t size;

    if (!e->listed) {
        e->listed = memtrace_encoder_new();
    }
    if (!e->listed || put_places(e, digest) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    encode_listed(e, digest);
    return memtrace_encoder_finish(e->listed, &data, &size) < 0
               ? MEMTRACE_ERR_NOMEM
               : buffer_append(&e->out, data, size);
}

/* What a reader would refuse is not written. */
static void check_block(const struct memtrace_encoder *e)
{
    const struct access_head *h = &e->head;

    check(h->n_accesses == model_encoder_count(e->model),
          "the model has coded all accesses");
    check(h->n_stores <= h->n_accesses && h->n_atomics <= h->n_accesses,
          "stores and atomics are accesses");
    check(h->n_accesses == 0 || h->min_vaddr <= h->max_vaddr,
          "the lowest address is not above the highest");
    check(h->start_time <= h->end_time,
          "a block does not end before it starts");
    check((size_t)(e->stamps_end - e->stamps) <= STAMPS_BYTES,
          "stamps have room for the worst block");
}

/* Behind all else, so that it can be read alone. */
static int put_digest(struct memtrace_encoder *e)
{
    const struct memtrace_digest *digest;
    size_t before = e->out.used;

    if (!e->head.has_digest) {
        return 0;
    }
    digest = e->digester->finish(e->digesting);
    if (!digest || digest_put(digest, e->head.start_time, &e->digest) < 0 ||
        section_put(&e->out, e->zstd, SECTION_FAST, e->digest.data,
                    e->digest.used, true) < 0 ||
        (digest->n_listed && put_listed(e, digest) < 0)) {
        return MEMTRACE_ERR_NOMEM;
    }
    e->head.digest_size = (uint32_t)(e->out.used - before);
    e->head.digest_checksum =
        checksum(e->out.data + before, e->head.digest_size);
    return 0;
}

int memtrace_encoder_finish(struct memtrace_encoder *e, const uint8_t **data,
                            size_t *size_bytes)
{
    *data = NULL;
    *size_bytes = 0;
    if (e->head.n_accesses == 0 && e->head.n_events == 0) {
        return 0;
    }
    e->head.has_values = e->values && value_encoder_has_any(e->values);
    e->head.has_digest = e->digester && e->head.n_accesses;
    if (e->has_failed || block_begin(&e->out, access_head_size(&e->head)) < 0 ||
        put_events(e) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (e->head.n_accesses &&
        (section_put(&e->out, e->zstd, SECTION_FAST, e->stamps,
                     (size_t)(e->stamps_end - e->stamps), false) < 0 ||
         model_encoder_finish(e->model, e->zstd, &e->head, &e->out) < 0)) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (e->head.has_values &&
        value_encoder_finish(e->values, e->head.n_accesses, e->zstd, &e->out) <
            0) {
        return MEMTRACE_ERR_NOMEM;
    }
    check_block(e);
    if (put_digest(e) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    access_head_put(e->out.data + BLOCK_HEADER_BYTES, &e->head);
    block_end(&e->out, BLOCK_ACCESS, MODEL_ENCODING,
              access_head_size(&e->head));
    *data = e->out.data;
    *size_bytes = e->out.used;
    return 0;
}

void memtrace_encoder_counts(const struct memtrace_encoder *e,
                             struct memtrace_counts *counts)
{
    *counts = (struct memtrace_counts){
        .n_loads = e->head.n_accesses - e->head.n_stores,
        .n_stores = e->head.n_stores,
        .n_atomics = e->head.n_atomics,
        .end_time = e->time,
    };
}

uint32_t memtrace_encoder_insn(const struct memtrace_encoder *e, size_t i)
{
    return model_encoder_insn(e->model, i);
}
