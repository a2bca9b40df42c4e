/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * encode_values.c - what accesses loaded and stored to sections: see values.h.
 */
#include <stdlib.h>

#include "check.h"
#include "values.h"

#define MAX_WORDS ((size_t)VALUE_WORDS * MEMTRACE_BLOCK_ACCESSES)

struct value_encoder {
    uint32_t at; /* accesses that have their code */
    bool has_any;
    uint8_t *codes; /* room for the worst block, as in all */
    uint8_t *codes_end;
    uint8_t *bytes[VALUE_BYTES];
    uint8_t *bytes_end[VALUE_BYTES];
    struct value_tables tables;
};

struct value_encoder *value_encoder_new(void)
{
    struct value_encoder *v = calloc(1, sizeof(*v));
    bool is_good;

    if (!v) {
        return NULL;
    }
    v->codes = malloc(MAX_WORDS);
    is_good = v->codes;
    for (unsigned i = 0; i < VALUE_BYTES; i++) {
        v->bytes[i] = malloc(MAX_WORDS);
        is_good = is_good && v->bytes[i];
    }
    if (!is_good) {
        value_encoder_free(v);
        return NULL;
    }
    value_encoder_begin(v);
    return v;
}

void value_encoder_free(struct value_encoder *v)
{
    if (!v) {
        return;
    }
    for (unsigned i = 0; i < VALUE_BYTES; i++) {
        free(v->bytes[i]);
    }
    free(v->codes);
    free(v);
}

void value_encoder_begin(struct value_encoder *v)
{
    v->at = 0;
    v->codes_end = v->codes;
    for (unsigned i = 0; i < VALUE_BYTES; i++) {
        v->bytes_end[i] = v->bytes[i];
    }
    if (v->has_any) {
        memset(&v->tables, 0, sizeof(v->tables));
    }
    v->has_any = false;
}

/* Those before `at` have no value. */
static void put_none(struct value_encoder *v, uint32_t at)
{
    memset(v->codes_end, VALUE_NONE, at - v->at);
    v->codes_end += at - v->at;
    v->at = at;
}

static void put_word(struct value_encoder *v, uint64_t word, unsigned bits,
                     uint64_t *of_tag, uint64_t *of_address)
{
    uint64_t mask = value_mask(bits), difference, z;
    unsigned n = 1;

    word &= mask;
    if (word == (*of_address & mask)) {
        *v->codes_end++ = VALUE_OF_ADDRESS;
    } else if (word == (*of_tag & mask)) {
        *v->codes_end++ = VALUE_OF_TAG;
    } else {
        /* Of the word's size and signed. */
        difference = (word - *of_tag) << (64 - bits);
        z = zigzag((uint64_t)((int64_t)difference >> (64 - bits)));
        v->bytes_end[0][0] = (uint8_t)z;
        v->bytes_end[0]++;
        for (; z >> 8; n++) {
            z >>= 8;
            *v->bytes_end[n]++ = (uint8_t)z;
        }
        *v->codes_end++ = (uint8_t)(VALUE_DIFFERENCE + n - 1);
    }
    *of_tag = *of_address = word;
}

void value_encoder_put(struct value_encoder *v, uint32_t at,
                       const struct memtrace_packed *access,
                       const uint64_t *words, unsigned n_words)
{
    uint64_t *of_tag = value_of_tag(&v->tables, access->tag);

    if (n_words == 0 || n_words != value_n_words(access->tag)) {
        return;
    }
    check(at >= v->at, "values come in the order of accesses");
    put_none(v, at);
    for (unsigned i = 0; i < n_words; i++) {
        put_word(v, words[i], value_word_bits(access->tag), &of_tag[i],
                 value_of_address(&v->tables, access->vaddr, i));
    }
    v->at = at + 1;
    v->has_any = true;
}

bool value_encoder_has_any(const struct value_encoder *v)
{
    return v->has_any;
}

int value_encoder_finish(struct value_encoder *v, uint32_t n, ZSTD_CCtx *zstd,
                         struct buffer *out)
{
    int error;

    check(n >= v->at, "values are of accesses of the block");
    put_none(v, n);
    check((size_t)(v->codes_end - v->codes) <= MAX_WORDS,
          "a word of a value has one code");
    error = section_put(out, zstd, SECTION_FAST, v->codes,
                        (size_t)(v->codes_end - v->codes), false);
    for (unsigned i = 0; error == 0 && i < VALUE_BYTES; i++) {
        error = section_put(out, zstd, SECTION_FAST, v->bytes[i],
                            (size_t)(v->bytes_end[i] - v->bytes[i]), false);
    }
    return error;
}
