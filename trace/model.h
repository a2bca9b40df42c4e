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
#include "predict.h"
#include "section.h"
#include "writer.h"

#define MODEL_ENCODING 2

/* What predictions leave, in the order of the file; see predict.h. */
enum column {
    COLUMN_TAG_EVENTS,
    COLUMN_TAG_RUNS,   /* accesses before, where they are many */
    COLUMN_KNOWN_LOW,  /* of a known tag: its place */
    COLUMN_KNOWN_HIGH, /* the rest of that */
    COLUMN_NEW_TAGS,   /* of a new one: flags and size */
    COLUMN_NEW_INSNS,  /* insn number less the one before, zigzag, varint */
    COLUMN_ADDRESS_EVENTS,
    COLUMN_ADDRESS_RUNS,
    COLUMN_WAYS,   /* way of a move */
    COLUMN_FAR,    /* differences of addresses, zigzag: of 4 to 8 bytes */
    COLUMN_FIRST,  /* the others' first bytes */
    COLUMN_SECOND, /* their second bytes */
    COLUMN_THIRD,
    N_COLUMNS,
};

/* The most bytes that n accesses can take in a column. */
static inline size_t column_room(enum column column, size_t n)
{
    switch (column) {
    case COLUMN_TAG_RUNS:
    case COLUMN_ADDRESS_RUNS:
        return n + n / RUN_GOES_ON;
    case COLUMN_NEW_INSNS:
        return 5 * n;
    case COLUMN_FAR:
        return VARINT_MAX * n;
    default:
        return n;
    }
}

struct model_encoder;

/* The loops for particular processors; the last are the best. */
enum model_loops {
    MODEL_LOOPS_PLAIN,
    MODEL_LOOPS_AVX2,
    MODEL_LOOPS_AVX512,
};

/* most: at most these loops, where the processor has what they need. */
struct model_encoder *model_encoder_new(enum model_loops most);
void model_encoder_free(struct model_encoder *model);
void model_encoder_begin(struct model_encoder *model);

#define MODEL_STAMPS 256

/* Stamps, in order: times, and how many accesses the block had before each. */
struct model_stamps {
    uint32_t n;
    uint32_t at[MODEL_STAMPS + LANES];
    uint64_t times[MODEL_STAMPS + LANES];
};

/*
 * As memtrace_encoder_accesses(), but for values; the caller sees to the
 * block's end.  Stamps among the entries are handed out, valid till the next
 * call; where there are many not all entries are taken.  What is taken may be
 * coded later: what columns hold is known after finish.
 */
size_t model_encode(struct model_encoder *model,
                    const struct memtrace_packed *packed, size_t n,
                    const struct model_stamps **stamps);

/* How many accesses the block has. */
uint32_t model_encoder_count(const struct model_encoder *model);

/*
 * Append the columns, and set what the head says of the accesses (stores,
 * atomics, vaddr range).  Return: 0, or NOMEM.
 */
int model_encoder_finish(struct model_encoder *model, ZSTD_CCtx *zstd,
                         struct access_head *head, struct buffer *out);

/* The block's access `at`, which was taken. */
struct memtrace_packed model_encoder_access(const struct model_encoder *model,
                                            uint32_t at);

/* That one and all behind it, in arrays; valid till the next begin. */
void model_encoder_from(const struct model_encoder *model, uint32_t at,
                        const uint64_t **vaddrs, const uint32_t **tags);

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
