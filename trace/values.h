/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * values.h - what accesses loaded and stored, to sections of a block and back.
 *
 * Whatever is here is part of the file format: memtrace.data(5) has it in
 * words.  A value is a word, or two where the access has 16 bytes; wider ones
 * have none.  A word is expected to be the one that was last seen at its
 * address, or the one before of its tag.
 */
#ifndef MEMTRACE_VALUES_H
#define MEMTRACE_VALUES_H

#include "block.h"
#include "hash64.h"
#include "memtrace.h"
#include "predict.h"
#include "section.h"
#include "writer.h"

#define VALUE_BITS 14
#define VALUE_SIZE (1u << VALUE_BITS)
#define VALUE_WORDS 2

/* A byte a word, and one for an access that has no value. */
enum value_code {
    VALUE_NONE = 0,
    VALUE_OF_ADDRESS = 1,
    VALUE_OF_TAG = 2,
    VALUE_DIFFERENCE = 3, /* to that of the tag, of 1 byte; up to 8 of them */
    VALUE_CODES = VALUE_DIFFERENCE + 8,
};

#define VALUE_BYTES 8 /* sections for the bytes of differences */

struct value_tables {
    uint64_t of_tag[VALUE_SIZE][VALUE_WORDS];
    uint64_t of_address[VALUE_SIZE];
};

/* Words that a value of an access of that size has. */
static inline unsigned value_n_words(uint32_t tag)
{
    unsigned size_log2 = tag & MEMTRACE_TAG_SIZE_MASK;

    return size_log2 > 4 ? 0 : size_log2 == 4 ? 2 : 1;
}

/* Bits of a word. */
static inline unsigned value_word_bits(uint32_t tag)
{
    unsigned size_log2 = tag & MEMTRACE_TAG_SIZE_MASK;

    return size_log2 > 3 ? 64 : 8u << size_log2;
}

static inline uint64_t value_mask(unsigned bits)
{
    return UINT64_MAX >> (64 - bits);
}

/* The word's place in of_address. */
static inline uint64_t *value_of_address(struct value_tables *tables,
                                         uint64_t vaddr, unsigned word)
{
    return &tables->of_address[hash64_bits(vaddr + 8 * word, VALUE_BITS)];
}

static inline uint64_t *value_of_tag(struct value_tables *tables, uint32_t tag)
{
    return tables->of_tag[hash_tag(tag) & (VALUE_SIZE - 1)];
}

struct value_encoder;

/* Return: an encoder, or NULL out of memory. */
struct value_encoder *value_encoder_new(void);
void value_encoder_free(struct value_encoder *values);
void value_encoder_begin(struct value_encoder *values);

/*
 * The value of the block's access `at`, whose words are n_words; accesses come
 * in their order, those without a value may be left out.
 */
void value_encoder_put(struct value_encoder *values, uint32_t at,
                       const struct memtrace_packed *access,
                       const uint64_t *words, unsigned n_words);

/* Has the block a value? */
bool value_encoder_has_any(const struct value_encoder *values);

/* Append the sections of a block of n accesses.  Return: 0, or NOMEM. */
int value_encoder_finish(struct value_encoder *values, uint32_t n,
                         ZSTD_CCtx *zstd, struct buffer *out);

struct value_decoder;

struct value_decoder *value_decoder_new(void);
void value_decoder_free(struct value_decoder *values);

/* Start on the sections in in.  Return: 0, or CORRUPT, NOMEM. */
int value_decoder_begin(struct value_decoder *values, ZSTD_DCtx *zstd,
                        const struct access_head *head, struct bytes_in *in);

/*
 * The values of the next n accesses, each 0 where it is not known; those that
 * are known get MEMTRACE_VALUE.  Return: 0, or CORRUPT.
 */
int value_decode(struct value_decoder *values, struct memtrace_access *accesses,
                 struct memtrace_value *out, size_t n);

#endif /* MEMTRACE_VALUES_H */
