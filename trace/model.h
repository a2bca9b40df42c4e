/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model.h - what encoder and decoder of accesses share.
 *
 * A model turns accesses into columns of bytes and back; it knows nothing of
 * stamps, events and blocks.
 */
#ifndef MEMTRACE_MODEL_H
#define MEMTRACE_MODEL_H

#include "block.h"
#include "memtrace.h"
#include "section.h"
#include "writer.h"

#define MODEL_ENCODING 1

/* What predictions leave, in the order of the file; see predict.h. */
enum column {
    COLUMN_EVENTS,       /* what was not predicted, and the run before it */
    COLUMN_RUNS,         /* of rare events: predicted accesses before */
    COLUMN_CODES,        /* of rare events: what was not predicted */
    COLUMN_NUMBERS_LOW,  /* of a known slot */
    COLUMN_NUMBERS_HIGH, /* the rest, a varint */
    COLUMN_TAGS,         /* of a new slot: flags and size */
    COLUMN_INSNS,        /* insn number less the one before, zigzag, varint */
    COLUMN_FAR,          /* differences of addresses, zigzag: of 4 to 8 bytes */
    COLUMN_LOW_1,        /* the others' low bytes, by their size */
    COLUMN_LOW_2,
    COLUMN_LOW_3,
    COLUMN_MIDDLE_2, /* their second bytes */
    COLUMN_MIDDLE_3,
    COLUMN_HIGH_3, /* and the third */
    N_COLUMNS,
};

/* The most bytes that an access can take in a column. */
static inline size_t column_bytes(enum column column)
{
    switch (column) {
    case COLUMN_RUNS:
        return 2;
    case COLUMN_NUMBERS_HIGH:
        return 3;
    case COLUMN_INSNS:
        return 5;
    case COLUMN_FAR:
        return VARINT_MAX;
    default:
        return 1;
    }
}

struct model_encoder;

struct model_encoder *model_encoder_new(void);
void model_encoder_free(struct model_encoder *model);
void model_encoder_begin(struct model_encoder *model);

/* As memtrace_encoder_accesses(); the caller sees to the block's end. */
size_t model_encode(struct model_encoder *model,
                    const struct memtrace_packed *packed, size_t n);

/*
 * Append the columns, and set what the head says of the accesses (stores,
 * atomics, vaddr range).  Return: 0, or NOMEM.
 */
int model_encoder_finish(struct model_encoder *model, ZSTD_CCtx *zstd,
                         struct access_head *head, struct buffer *out);

/* As memtrace_encoder_insn(). */
uint32_t model_encoder_insn(const struct model_encoder *model, size_t i);

struct model_decoder;

struct model_decoder *model_decoder_new(void);
void model_decoder_free(struct model_decoder *model);

/*
 * Start on the columns in in, which the model does not need afterwards.
 * Return: 0, or CORRUPT, NOMEM.
 */
int model_decoder_begin(struct model_decoder *model, ZSTD_DCtx *zstd,
                        const struct access_head *head, struct bytes_in *in);

/* Accesses that are decoded at once, at most. */
#define MODEL_BATCH 1024

/*
 * The next n accesses (up to MODEL_BATCH), all but their times.  Return: 0, or
 * CORRUPT.
 */
int model_decode(struct model_decoder *model, struct memtrace_access *out,
                 size_t n);

#endif /* MEMTRACE_MODEL_H */
