/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode_values.c - sections back to what accesses loaded and stored; the
 * mirror of encode_values.c.
 */
#include <stdlib.h>

#include "values.h"

struct value_decoder {
    bool is_used; /* since it came from calloc() */
    struct buffer codes;
    struct buffer bytes[VALUE_BYTES];
    struct bytes_in codes_in;
    struct bytes_in bytes_in[VALUE_BYTES];
    struct value_tables tables;
};

struct value_decoder *value_decoder_new(void)
{
    return calloc(1, sizeof(struct value_decoder));
}

void value_decoder_free(struct value_decoder *v)
{
    if (!v) {
        return;
    }
    for (unsigned i = 0; i < VALUE_BYTES; i++) {
        buffer_free(&v->bytes[i]);
    }
    buffer_free(&v->codes);
    free(v);
}

int value_decoder_begin(struct value_decoder *v, ZSTD_DCtx *zstd,
                        const struct access_head *head, struct bytes_in *in)
{
    size_t max = (size_t)VALUE_WORDS * head->n_accesses;
    int error = section_get(in, zstd, max, false, &v->codes);

    for (unsigned i = 0; error == 0 && i < VALUE_BYTES; i++) {
        error = section_get(in, zstd, max, false, &v->bytes[i]);
        v->bytes_in[i] = bytes_in(v->bytes[i].data, v->bytes[i].used);
    }
    if (error < 0) {
        return error;
    }
    v->codes_in = bytes_in(v->codes.data, v->codes.used);
    if (v->is_used) {
        memset(&v->tables, 0, sizeof(v->tables));
    }
    v->is_used = true;
    return 0;
}

/* A word that is coded so; VALUE_NONE is none.  Return: 0, or CORRUPT. */
static int get_word(struct value_decoder *v, unsigned code, unsigned bits,
                    uint64_t *of_tag, uint64_t *of_address, uint64_t *word)
{
    uint64_t z = 0;

    if (code == VALUE_NONE || code >= VALUE_CODES) {
        return MEMTRACE_ERR_CORRUPT;
    }
    if (code == VALUE_OF_ADDRESS) {
        *word = *of_address;
    } else if (code == VALUE_OF_TAG) {
        *word = *of_tag;
    } else {
        for (unsigned i = 0; i <= code - VALUE_DIFFERENCE; i++) {
            z |= (uint64_t)get_u8(&v->bytes_in[i]) << 8 * i;
        }
        *word = *of_tag + unzigzag(z);
    }
    *word &= value_mask(bits);
    *of_tag = *of_address = *word;
    return 0;
}

static int get_value(struct value_decoder *v, struct memtrace_access *access,
                     struct memtrace_value *out)
{
    uint32_t tag = memtrace_tag(access);
    unsigned n = value_n_words(tag), code = get_u8(&v->codes_in);
    uint64_t *of_tag = value_of_tag(&v->tables, tag);
    uint64_t words[VALUE_WORDS] = {0, 0};

    if (code != VALUE_NONE) {
        if (n == 0) {
            return MEMTRACE_ERR_CORRUPT;
        }
        for (unsigned i = 0; i < n; i++) {
            code = i == 0 ? code : get_u8(&v->codes_in);
            if (get_word(v, code, value_word_bits(tag), &of_tag[i],
                         value_of_address(&v->tables, access->vaddr, i),
                         &words[i]) < 0) {
                return MEMTRACE_ERR_CORRUPT;
            }
        }
        access->flags |= MEMTRACE_VALUE;
    }
    *out = (struct memtrace_value){words[0], words[1]};
    return 0;
}

int value_decode(struct value_decoder *v, struct memtrace_access *accesses,
                 struct memtrace_value *out, size_t n)
{
    bool is_bad;

    for (size_t i = 0; i < n; i++) {
        if (get_value(v, &accesses[i], &out[i]) < 0) {
            return MEMTRACE_ERR_CORRUPT;
        }
    }
    is_bad = v->codes_in.is_bad;
    for (unsigned i = 0; i < VALUE_BYTES; i++) {
        is_bad = is_bad || v->bytes_in[i].is_bad;
    }
    return is_bad ? MEMTRACE_ERR_CORRUPT : 0;
}
