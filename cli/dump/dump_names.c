/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_names.c - see dump_names.h.
 *
 * Naming takes long beside printing.  An instruction is named once, unless
 * another file was mapped there at another time; of data the names of some
 * addresses are kept, for as long as they are of the same mapping.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump_names.h"
#include "names_options.h"
#include "symbols.h"
#include "trace_block.h"
#include "trace_symbols.h"

#define DATA_KEPT 4096

/* Of an instruction. */
struct dump_code {
    bool is_named;
    bool is_settled; /* the same at all times */
    const char *function;
    const char *source;
    unsigned line;
};

/* Of an address, while it is of that part and in that block, or in none. */
struct dump_data {
    uint64_t vaddr;
    const struct allocation *block;
    bool is_live;             /* the block is, or had been */
    struct symbols_part part; /* .last 0: nothing is kept here */
    char text[TRACE_PLACE_TEXT];
};

int dump_names_start(struct dump_names *names)
{
    size_t n = (size_t)memtrace_summary(names->reader)->n_insns + 1;

    names->code = calloc(n, sizeof(*names->code));
    names->data = calloc(DATA_KEPT, sizeof(*names->data));
    if (!names->code || !names->data) {
        return MEMTRACE_ERR_NOMEM;
    }
    return allocations_new(names->reader, &names->blocks);
}

void dump_names_end(struct dump_names *names)
{
    free(names->code);
    free(names->data);
    allocations_free(names->blocks);
    source_lines_free(&names->lines);
}

/* Return: the names, or NULL where the instruction is not in the trace. */
static const struct dump_code *name_code(struct dump_names *names, uint64_t pid,
                                         const struct memtrace_access *access,
                                         int *error)
{
    const struct memtrace_insn *insn =
        memtrace_insn(names->reader, access->insn);
    struct symbols_place place = {pid, access->time, insn ? insn->pc : 0};
    struct dump_code *code = insn ? &names->code[access->insn] : NULL;
    struct symbols_code found;

    if (!code || (code->is_named && code->is_settled)) {
        return code;
    }
    if (!code->is_named) {
        code->is_settled = symbols_is_settled(names->symbols, insn->pc);
    }
    if (symbols_code(names->symbols, &place, &found) == -ENOMEM) {
        *error = MEMTRACE_ERR_NOMEM;
        return NULL;
    }
    code->is_named = true;
    code->function = found.n_frames ? found.frames[0].function : NULL;
    code->source = found.n_frames ? found.frames[0].source : NULL;
    code->line = found.n_frames ? found.frames[0].line : 0;
    return code;
}

/* What memory of no other use may be where a block has been. */
static bool may_be_freed(const struct trace_place *place)
{
    return place->kind == TRACE_PLACE_HEAP || place->kind == TRACE_PLACE_MMAP;
}

static const char *name_data(struct dump_names *names, uint64_t pid,
                             const struct memtrace_access *access, int *error)
{
    uint64_t vaddr = access->vaddr, time = access->time;
    struct dump_data *data = &names->data[(vaddr ^ vaddr >> 12) % DATA_KEPT];
    const struct symbols_part *part = &data->part;
    struct symbols_place where = {pid, time, vaddr};
    const struct allocation *block =
        allocations_find(names->blocks, pid, time, vaddr);
    bool is_live = block != NULL;
    struct trace_place place;
    struct trace_block found;

    if (!is_live) {
        block = allocations_find_freed(names->blocks, pid, time, vaddr);
    }

    if (part->last && data->vaddr == vaddr && part->pid == pid &&
        data->block == block && data->is_live == is_live &&
        part->from <= time && part->to >= time) {
        return data->text;
    }
    if (!symbols_part_at(names->symbols, &where, &data->part)) {
        data->part = (struct symbols_part){.last = 0};
        return "";
    }
    data->vaddr = vaddr;
    data->block = block;
    data->is_live = is_live;
    *error = trace_place_describe(names->symbols, &where, &place);
    if (*error || !block || (!is_live && !may_be_freed(&place))) {
        return *error ? "" : trace_place_text(&place, data->text);
    }
    *error =
        trace_block_describe(names->blocks, names->symbols, &where, &found);
    return *error ? "" : trace_block_text(&found, data->text);
}

int dump_names_find(struct dump_names *names, uint32_t thread,
                    const struct memtrace_access *access,
                    struct dump_name *name)
{
    const struct memtrace_thread *t = memtrace_thread(names->reader, thread);
    uint64_t pid = t ? t->pid : 0;
    int error = 0;
    const struct dump_code *code = name_code(names, pid, access, &error);
    const char *data = name_data(names, pid, access, &error);

    *name = (struct dump_name){
        .data = *data ? data : NULL,
        .has_code = names->has_code,
    };
    if (code) {
        name->function = code->function;
        name->source = code->source;
        name->line = code->line;
    }
    if (names->has_code && name->source) {
        name->code = source_line(&names->lines, name->source, name->line);
    }
    return error;
}
