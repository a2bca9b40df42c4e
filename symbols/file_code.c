/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_code.c - the functions and lines that an address of a file is in, from
 * the innermost inlined one out, kept for the next time that it is asked for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <dwarf.h>

#include "file_parts.h"
#include "hash64.h"

/* Inlined into one another: how deep that is followed. */
#define CHAIN_MAX 64

struct chain {
    Dwarf_Die dies[CHAIN_MAX];
    size_t n;
    uint64_t pc; /* as DWARF has it */
};

/*
 * One entry may be the way to the address: that is gone into, its siblings
 * are passed over.
 */
static int follow(struct die_walk *walk, Dwarf_Die *die, unsigned depth)
{
    struct chain *chain = walk->context;

    (void)depth;
    switch (dwarf_tag(die)) {
    case DW_TAG_inlined_subroutine:
        if (dwarf_haspc(die, chain->pc) <= 0 || chain->n == CHAIN_MAX) {
            return 0;
        }
        chain->dies[chain->n++] = *die;
        return DIE_INTO;
    case DW_TAG_lexical_block:
    case DW_TAG_try_block:
    case DW_TAG_catch_block:
        return dwarf_haspc(die, chain->pc) > 0 ? DIE_INTO : 0;
    default:
        return 0;
    }
}

static unsigned number_of(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value;

    if (!dwarf_attr(die, name, &attribute) ||
        dwarf_formudata(&attribute, &value) != 0 || value > UINT32_MAX) {
        return 0;
    }
    return (unsigned)value;
}

/* Where an inlined function was called. */
static void put_call(struct symbols_file *file, struct unit *unit,
                     Dwarf_Die *inlined, struct symbols_frame *frame)
{
    frame->line = number_of(inlined, DW_AT_call_line);
    frame->column = number_of(inlined, DW_AT_call_column);
    frame->source = unit_named_source(file, unit, inlined, DW_AT_call_file);
}

static void put_line(struct symbols_file *file, struct unit *unit, uint64_t pc,
                     struct symbols_frame *frame)
{
    Dwarf_Line *line = unit_line(unit, pc);
    int number;

    if (!line) {
        return;
    }
    frame->source = unit_source(file, unit, dwarf_linesrc(line, NULL, NULL));
    if (dwarf_lineno(line, &number) == 0 && number > 0) {
        frame->line = (unsigned)number;
    }
    if (dwarf_linecol(line, &number) == 0 && number > 0) {
        frame->column = (unsigned)number;
    }
}

/* The frames of a chain, the last of which is the innermost. */
static void put_frames(struct symbols_file *file, struct unit *unit,
                       struct chain *chain, struct symbols_code *code)
{
    size_t skipped = chain->n > SYMBOLS_FRAMES ? chain->n - SYMBOLS_FRAMES : 0;

    code->n_frames = chain->n - skipped;
    for (size_t i = 0; i < code->n_frames; i++) {
        struct symbols_frame *frame = &code->frames[i];
        /* Where there are too many, those next to the outermost are left. */
        size_t at = i + 1 < code->n_frames ? chain->n - 1 - i : 0;

        frame->function = unit_name(file, unit, &chain->dies[at]);
        frame->is_inlined = at > 0;
        if (i == 0) {
            put_line(file, unit, chain->pc, frame);
        } else if (at + 1 < chain->n) {
            put_call(file, unit, &chain->dies[at + 1], frame);
        }
    }
}

static int put_dwarf(struct symbols_file *file, uint64_t address,
                     struct symbols_code *code)
{
    struct unit *unit = units_find(file, address);
    struct chain chain = {.pc = address - file->dwarf_bias};
    struct die_walk walk = {.visit = follow, .context = &chain};
    const struct function *function;
    uint64_t start;
    int error;

    if (!unit) {
        return 0;
    }
    error = unit_read_functions(file, unit);
    if (error != 0) {
        return error;
    }
    function = unit_find(unit, address, &start);
    if (!function) {
        put_line(file, unit, chain.pc, &code->frames[0]);
        code->n_frames = code->frames[0].line > 0;
        return 0;
    }
    chain.dies[chain.n++] = function->die;
    error = die_walk(&walk, &chain.dies[0]);
    put_frames(file, unit, &chain, code);
    code->frames[code->n_frames - 1].function = function->name;
    code->frames[code->n_frames - 1].offset = address - start;
    return error;
}

/* What DWARF does not name, the symbol tables may. */
static int put_symbol(struct symbols_file *file, uint64_t address,
                      struct symbols_code *code)
{
    struct symbols_frame *frame = &code->frames[0];
    const struct symbol *symbol;
    int error;

    if (code->n_frames > 1 || frame->function) {
        return 0;
    }
    error = symbol_table_read(file);
    symbol = error ? NULL : symbol_table_find(file, SYMBOL_CODE, address);
    if (symbol) {
        frame->function = names_demangle(&file->names, symbol->name);
        frame->unit = symbol->unit;
        frame->offset = address - symbol->address;
        code->n_frames = 1;
    }
    return error;
}

struct code_entry {
    uint64_t address;
    struct symbols_frame *frames; /* NULL where the entry is free */
    size_t n_frames;
};

static size_t place_of(const struct code_cache *cache, uint64_t address)
{
    size_t i = (hash64(address) >> 20) & (cache->room - 1);

    while (cache->entries[i].frames && cache->entries[i].address != address) {
        i = (i + 1) & (cache->room - 1);
    }
    return i;
}

static int grow(struct code_cache *cache)
{
    struct code_cache bigger = {.room = cache->room ? cache->room * 2 : 256};

    if (cache->n * 2 < cache->room) {
        return 0;
    }
    bigger.entries = calloc(bigger.room, sizeof(*bigger.entries));
    if (!bigger.entries) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < cache->room; i++) {
        if (cache->entries[i].frames) {
            bigger.entries[place_of(&bigger, cache->entries[i].address)] =
                cache->entries[i];
        }
    }
    bigger.n = cache->n;
    free(cache->entries);
    *cache = bigger;
    return 0;
}

static int keep(struct code_cache *cache, uint64_t address,
                const struct symbols_code *code)
{
    struct code_entry *entry;
    size_t n = code->n_frames ? code->n_frames : 1;
    int error = grow(cache);

    if (error != 0) {
        return error;
    }
    entry = &cache->entries[place_of(cache, address)];
    entry->frames = calloc(n, sizeof(*entry->frames));
    if (!entry->frames) {
        return -ENOMEM;
    }
    memcpy(entry->frames, code->frames, n * sizeof(*entry->frames));
    entry->n_frames = code->n_frames;
    entry->address = address;
    cache->n++;
    return 0;
}

static int find_frames(struct symbols_file *file, uint64_t address,
                       struct symbols_code *code)
{
    int error;

    if (file->codes.room > 0) {
        const struct code_entry *entry =
            &file->codes.entries[place_of(&file->codes, address)];

        if (entry->frames) {
            memcpy(code->frames, entry->frames,
                   entry->n_frames * sizeof(*entry->frames));
            code->n_frames = entry->n_frames;
            return 0;
        }
    }
    memset(code->frames, 0, sizeof(code->frames));
    code->n_frames = 0;
    error = units_read(file);
    if (error == 0) {
        error = put_dwarf(file, address, code);
    }
    if (error == 0) {
        error = put_symbol(file, address, code);
    }
    return error ? error : keep(&file->codes, address, code);
}

int file_code(struct symbols_file *file, uint64_t address,
              struct symbols_code *code)
{
    int error = find_frames(file, address, code);

    code->needs_libraries = file->needs_libraries;
    if (error == 0 && (code->n_frames == 0 || !code->frames[0].function)) {
        symbol_table_around(file, address, &code->before, &code->after);
    }
    return error;
}

void code_cache_free(struct code_cache *cache)
{
    for (size_t i = 0; i < cache->room; i++) {
        free(cache->entries[i].frames);
    }
    free(cache->entries);
    *cache = (struct code_cache){0};
}
