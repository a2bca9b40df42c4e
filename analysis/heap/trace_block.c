/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_block.c - see trace_block.h. */
#include "trace_block.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int trace_block_site(struct symbols *symbols,
                     const struct allocation_site *site, uint64_t time,
                     struct symbols_code *out)
{
    /* The call is what stands before the place that it returns to. */
    struct symbols_place place = {site->pid, time, site->return_to - 1};

    return symbols_code(symbols, &place, out);
}

int trace_block_describe(const struct allocations *allocations,
                         struct symbols *symbols,
                         const struct symbols_place *place,
                         struct trace_block *out)
{
    const struct allocation *found =
        allocations_find(allocations, place->pid, place->time, place->vaddr);
    const struct allocation_site *site;
    struct symbols_code code;
    int error;

    *out = (struct trace_block){.allocation = found};
    if (!found) {
        found = allocations_find_freed(allocations, place->pid, place->time,
                                       place->vaddr);
        out->allocation = found;
        out->is_freed = found != NULL;
    }
    if (!found) {
        return 0;
    }
    out->offset = place->vaddr - found->vaddr;
    site = allocations_site(allocations, found->site);
    error = trace_block_site(symbols, site, found->start_time, &code);
    if (error == 0 && code.n_frames) {
        out->source = code.frames[0].source;
        out->line = code.frames[0].line;
        out->function = code.frames[0].function;
    }
    return error == -ENOMEM ? MEMTRACE_ERR_NOMEM : 0;
}

const char *trace_block_text(const struct trace_block *block,
                             char text[TRACE_PLACE_TEXT])
{
    const struct allocation *allocation = block->allocation;
    char site[TRACE_PLACE_TEXT] = "", freed[32] = "";

    text[0] = '\0';
    if (!allocation) {
        return text;
    }
    if (block->source) {
        snprintf(site, sizeof(site), " at %.300s:%u",
                 symbols_last_part(block->source), block->line);
    } else if (block->function) {
        snprintf(site, sizeof(site), " in %.300s", block->function);
    }
    if (block->is_freed && allocation->freed_by != MEMTRACE_NO_THREAD) {
        snprintf(freed, sizeof(freed), ", freed by T%u", allocation->freed_by);
    }
    snprintf(text, TRACE_PLACE_TEXT,
             "byte %llu of a %s%llu-byte block allocated by T%u%.400s%s",
             (unsigned long long)block->offset, block->is_freed ? "freed " : "",
             (unsigned long long)allocation->size_bytes, allocation->thread,
             site, freed);
    return text;
}
