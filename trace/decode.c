/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode.c - see decode.h.
 */
#include "decode.h"

#include <stdlib.h>

#include "model.h"
#include "values.h"

struct decoder {
    struct access_head head;
    uint32_t position;      /* accesses decoded */
    uint32_t next_stamp_at; /* UINT32_MAX after the last */
    uint64_t time;
    uint64_t next_time;
    ZSTD_DCtx *zstd;
    struct model_decoder *model;
    struct value_decoder *values; /* NULL till a block has some */
    struct buffer stamps;
    struct bytes_in stamps_in;
    uint32_t run_ends[MODEL_BATCH];
    struct memtrace_access accesses[MODEL_BATCH];
    struct memtrace_value values_out[MODEL_BATCH];
};

struct decoder *decoder_new(ZSTD_DCtx *zstd)
{
    struct decoder *d = calloc(1, sizeof(*d));

    if (!d) {
        return NULL;
    }
    d->zstd = zstd;
    d->model = model_decoder_new();
    if (!d->model) {
        decoder_free(d);
        return NULL;
    }
    return d;
}

void decoder_free(struct decoder *d)
{
    if (!d) {
        return;
    }
    model_decoder_free(d->model);
    value_decoder_free(d->values);
    buffer_free(&d->stamps);
    free(d);
}

/* Positions rise by at least 1 but for a stamp at the block's start. */
static int read_stamp(struct decoder *d, uint32_t before)
{
    uint64_t distance;

    if (bytes_left(&d->stamps_in) == 0) {
        d->next_stamp_at = UINT32_MAX;
        return 0;
    }
    distance = get_varint(&d->stamps_in);
    d->next_time = d->time + unzigzag(get_varint(&d->stamps_in));
    if (d->stamps_in.is_bad || distance > d->head.n_accesses - before) {
        return MEMTRACE_ERR_CORRUPT;
    }
    d->next_stamp_at = before + (uint32_t)distance;
    if (d->next_stamp_at == before && before != 0) {
        return MEMTRACE_ERR_CORRUPT;
    }
    return 0;
}

static int begin_values(struct decoder *d, struct bytes_in *in)
{
    if (!d->values) {
        d->values = value_decoder_new();
    }
    return d->values ? value_decoder_begin(d->values, d->zstd, &d->head, in)
                     : MEMTRACE_ERR_NOMEM;
}

int decoder_begin(struct decoder *d, const struct access_head *head,
                  uint16_t encoding, const uint8_t *body, size_t body_size)
{
    struct bytes_in in = bytes_in(body, body_size);
    int error;

    d->head = *head;
    d->position = 0;
    d->time = head->start_time;
    if (head->n_accesses == 0) {
        return 0;
    }
    get_bytes(&in, head->events_size);
    if (in.is_bad || encoding != MODEL_ENCODING) {
        return MEMTRACE_ERR_CORRUPT;
    }
    error = section_get(&in, d->zstd,
                        ((size_t)head->n_accesses + 1) * 2 * VARINT_MAX, false,
                        &d->stamps);
    if (error < 0) {
        return error;
    }
    d->stamps_in = bytes_in(d->stamps.data, d->stamps.used);
    error = read_stamp(d, 0);
    if (error < 0) {
        return error;
    }
    error = model_decoder_begin(d->model, d->zstd, head, &in);
    return error < 0 || !head->has_values ? error : begin_values(d, &in);
}

/* Fill in the times of n accesses from d->position on. */
static int put_times(struct decoder *d, size_t n, size_t *n_runs)
{
    size_t i = 0, runs = 0;

    while (i < n) {
        size_t end = n;
        uint64_t time;

        while (d->next_stamp_at == d->position + i) {
            d->time = d->next_time;
            if (read_stamp(d, d->next_stamp_at) < 0) {
                return MEMTRACE_ERR_CORRUPT;
            }
        }
        if (d->next_stamp_at - d->position < n) {
            end = d->next_stamp_at - d->position;
        }
        for (time = d->time; i < end; i++) {
            d->accesses[i].time = time;
        }
        d->run_ends[runs++] = (uint32_t)end;
    }
    *n_runs = runs;
    return 0;
}

int decoder_next(struct decoder *d, struct decoded *out)
{
    size_t n = d->head.n_accesses - d->position;

    if (n == 0) {
        return 0;
    }
    if (n > MODEL_BATCH) {
        n = MODEL_BATCH;
    }
    if (model_decode(d->model, d->accesses, n) < 0 ||
        (d->head.has_values &&
         value_decode(d->values, d->accesses, d->values_out, n) < 0) ||
        put_times(d, n, &out->n_runs) < 0) {
        return MEMTRACE_ERR_CORRUPT;
    }
    out->accesses = d->accesses;
    out->values = d->head.has_values ? d->values_out : NULL;
    out->n_accesses = n;
    out->first = d->head.first + d->position;
    out->run_ends = d->run_ends;
    d->position += (uint32_t)n;
    return 1;
}
