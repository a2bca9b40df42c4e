/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_place.c - what was at an address, see trace_symbols.h: from the tags
 * that trace_symbols.c gave its mappings.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "trace_symbols.h"

int trace_place_describe(struct symbols *symbols,
                         const struct symbols_place *place,
                         struct trace_place *out)
{
    struct symbols_mapping mapping;
    int error = symbols_mapping_at(symbols, place, &mapping);

    *out = (struct trace_place){.thread = MEMTRACE_NO_THREAD, .file = ""};
    if (error != 0) {
        return error == -ENOENT ? 0 : MEMTRACE_ERR_NOMEM;
    }
    out->kind = (enum trace_place_kind)(mapping.tag >> 32);
    out->thread = (uint32_t)mapping.tag;
    out->vaddr = mapping.vaddr;
    out->size_bytes = mapping.size_bytes;
    if (mapping.file[0] == '/') {
        out->file = mapping.file;
        out->file_offset = mapping.offset + (place->vaddr - mapping.vaddr);
    }
    if (out->kind != TRACE_PLACE_DATA && out->kind != TRACE_PLACE_TLS) {
        return 0;
    }
    error = symbols_data(symbols, place, &out->data);
    if (error == -ENOMEM) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (out->kind == TRACE_PLACE_DATA && out->data.module) {
        out->file = out->data.module;
    }
    return 0;
}

enum trace_place_kind trace_part_kind(const struct symbols_part *part)
{
    return (enum trace_place_kind)(part->tag >> 32);
}

const char *trace_place_region(const struct trace_place *place)
{
    return trace_kind_region(place->kind);
}

const char *trace_kind_region(enum trace_place_kind kind)
{
    switch (kind) {
    case TRACE_PLACE_STACK:
        return "stack";
    case TRACE_PLACE_HEAP:
        return "heap";
    case TRACE_PLACE_DATA:
        return "data";
    case TRACE_PLACE_TLS:
    case TRACE_PLACE_FILE:
    case TRACE_PLACE_MMAP:
        return "mmap";
    default:
        return "";
    }
}

static void put_data(const struct trace_place *place, const char *variable,
                     char text[TRACE_PLACE_TEXT])
{
    if (*variable) {
        snprintf(text, TRACE_PLACE_TEXT, "%s", variable);
    } else if (place->data.module) {
        snprintf(text, TRACE_PLACE_TEXT, "%.500s+0x%llx",
                 symbols_last_part(place->file),
                 (unsigned long long)place->data.module_offset);
    } else {
        snprintf(text, TRACE_PLACE_TEXT, "data");
    }
}

const char *trace_place_text(const struct trace_place *place,
                             char text[TRACE_PLACE_TEXT])
{
    char room[SYMBOLS_DATA_TEXT];
    const char *variable = symbols_data_text(&place->data, room);

    text[0] = '\0';
    switch (place->kind) {
    case TRACE_PLACE_STACK:
        snprintf(text, TRACE_PLACE_TEXT, "stack of T%u", place->thread);
        break;
    case TRACE_PLACE_TLS:
        snprintf(text, TRACE_PLACE_TEXT, "%s%sTLS of T%u", variable,
                 *variable ? ", " : "", place->thread);
        break;
    case TRACE_PLACE_HEAP:
        snprintf(text, TRACE_PLACE_TEXT, "heap");
        break;
    case TRACE_PLACE_DATA:
        put_data(place, variable, text);
        break;
    case TRACE_PLACE_FILE:
        snprintf(text, TRACE_PLACE_TEXT, "%.500s+0x%llx",
                 symbols_last_part(place->file),
                 (unsigned long long)place->file_offset);
        break;
    case TRACE_PLACE_MMAP:
        snprintf(text, TRACE_PLACE_TEXT, "mmap");
        break;
    default:
        break;
    }
    return text;
}
