/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_block.h - an address in the heap in words: which byte of which block,
 * and who allocated it.
 */
#ifndef TRACE_BLOCK_H
#define TRACE_BLOCK_H

#include "allocations.h"
#include "trace_symbols.h"

/**
 * struct trace_block - what was at an address
 * @allocation: the block, or NULL
 * @is_freed: it had been freed by then
 * @offset: of the address in it
 * @source, @line, @function: where it was allocated; NULL, 0 where unknown.
 *                            Valid until symbols_free()
 */
struct trace_block {
    const struct allocation *allocation;
    bool is_freed;
    uint64_t offset;
    const char *source;
    unsigned line;
    const char *function;
};

/**
 * trace_block_site() - name the call of a place that allocates
 * @symbols: of trace_symbols_new(); not for two threads at once
 * @time: of one of its allocations, in ticks
 *
 * Return: as symbols_code().
 */
int trace_block_site(struct symbols *symbols,
                     const struct allocation_site *site, uint64_t time,
                     struct symbols_code *out);

/**
 * trace_block_describe() - the block that an address was in, or had been in
 * @allocations: of the trace
 * @symbols: of trace_symbols_new(); not for two threads at once
 * @place: the address
 *
 * Return: 0 (out->allocation is NULL where there was none), or
 * MEMTRACE_ERR_NOMEM.
 */
int trace_block_describe(const struct allocations *allocations,
                         struct symbols *symbols,
                         const struct symbols_place *place,
                         struct trace_block *out);

/**
 * trace_block_text() - in words: "byte 24 of a 64-byte block allocated by T1
 * at queue.c:41", or "byte 24 of a freed 64-byte block ..., freed by T2"
 *
 * Return: @text, cut where it is too long; "" where there is no block.
 */
const char *trace_block_text(const struct trace_block *block,
                             char text[TRACE_PLACE_TEXT]);

#endif /* TRACE_BLOCK_H */
