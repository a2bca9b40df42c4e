/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section.c - see section.h.
 */
#include "section.h"

#include <string.h>

#include "format.h"
#include "memtrace.h"

#define FAST_HASH_LOG 10
#define FAST_STEP 12
/* ZSTD_c_literalCompressionMode, whose name is not for shared libraries. */
#define LITERALS ZSTD_c_experimentalParam5
#define LITERALS_HUFFMAN 1
#define PROBE 4096u
#define PROBED_FROM (8 * PROBE)

static void put_section_header(struct buffer *out, uint8_t method, size_t raw,
                               size_t stored)
{
    uint8_t *p = out->data + out->used;

    *p++ = method;
    p = put_varint(p, raw);
    p = put_varint(p, stored);
    out->used = (size_t)(p - out->data);
}

/*
 * Columns are short of matches, so that looking for them in a small table is
 * a third faster and finds nearly as many; looking not at every byte is faster
 * still.  zstd would then store literals as they are unless told otherwise, and
 * they are most of a column.
 */
static void set_effort(ZSTD_CCtx *zstd, int level)
{
    bool is_fast = level == SECTION_FAST;

    ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_hashLog, is_fast ? FAST_HASH_LOG : 0);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_targetLength, is_fast ? FAST_STEP : 0);
    ZSTD_CCtx_setParameter(zstd, LITERALS, is_fast ? LITERALS_HUFFMAN : 0);
}

/*
 * Would data, at the first level, hardly get shorter?  Asked of a part of it:
 * finding out costs as much as compressing, and some columns are noise.
 */
static bool is_hopeless(ZSTD_CCtx *zstd, uint8_t *room, size_t bound,
                        const uint8_t *data, size_t size)
{
    size_t stored;

    if (size < PROBED_FROM) {
        return false;
    }
    stored = ZSTD_compress2(zstd, room, bound, data + size / 2, PROBE);
    return !ZSTD_isError(stored) && stored > PROBE - PROBE / 5;
}

int section_put(struct buffer *out, ZSTD_CCtx *zstd, int level,
                const uint8_t *data, size_t size, bool is_kept)
{
    size_t bound = ZSTD_compressBound(size), stored;
    uint8_t *room;

    if (buffer_reserve(out, SECTION_HEADER_MAX + bound) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (size < 32) {
        goto raw; /* a frame would be longer */
    }
    /* Compress past the longest header, then move it next to its own. */
    room = out->data + out->used + SECTION_HEADER_MAX;
    set_effort(zstd, level);
    if (level == SECTION_FAST && is_hopeless(zstd, room, bound, data, size)) {
        goto raw;
    }
    stored = ZSTD_compress2(zstd, room, bound, data, size);
    if (ZSTD_isError(stored) || stored >= size ||
        (is_kept && size > stored * KEPT_RATIO + KEPT_SLACK)) {
        goto raw;
    }
    put_section_header(out, SECTION_ZSTD, size, stored);
    memmove(out->data + out->used, room, stored);
    out->used += stored;
    return 0;
raw:
    put_section_header(out, SECTION_STORED, size, size);
    return buffer_append(out, data, size);
}

int section_get(struct bytes_in *in, ZSTD_DCtx *zstd, size_t max_bytes,
                bool is_kept, struct buffer *out)
{
    uint8_t method = get_u8(in);
    uint64_t raw = get_varint(in), stored = get_varint(in);
    const uint8_t *data;
    size_t got;

    if (in->is_bad || stored > bytes_left(in) || raw > max_bytes ||
        (is_kept && raw > stored * KEPT_RATIO + KEPT_SLACK)) {
        return MEMTRACE_ERR_CORRUPT;
    }
    data = get_bytes(in, stored);
    out->used = 0;
    if (buffer_reserve(out, raw + 1) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    switch (method) {
    case SECTION_STORED:
        if (raw != stored) {
            return MEMTRACE_ERR_CORRUPT;
        }
        if (raw) {
            memcpy(out->data, data, raw);
        }
        break;
    case SECTION_ZSTD:
        got = ZSTD_decompressDCtx(zstd, out->data, raw, data, stored);
        if (ZSTD_isError(got) || got != raw) {
            return MEMTRACE_ERR_CORRUPT;
        }
        break;
    default:
        return MEMTRACE_ERR_CORRUPT;
    }
    out->used = raw;
    return 0;
}
