/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * variable_table.c - see variable_table.h.  Names of one place are many
 * (environ,
 * __environ): one of them stays, so that every byte counts once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "memtrace.h"
#include "symbols_file.h"
#include "trace_symbols.h"
#include "variable_table.h"

/* A file that was read, and where its variables are in the list. */
struct read_file {
    const struct symbols_file *file;
    size_t from;
    size_t n;
};

/* While one file is read. */
struct reading {
    struct variable_table *variables;
    struct symbols *symbols;
    const char *image;
    struct read_file *files;
    size_t n, room;
};

static int add(void *context, const struct symbols_variable *variable)
{
    struct reading *reading = context;
    struct variable_table *to = reading->variables;
    struct variable_entry *entry;

    if (variable->is_thread_local || !variable->range.size_bytes) {
        return 0;
    }
    entry = array_add(to->list, to->n, to->room);
    if (!entry) {
        return -ENOMEM;
    }
    *entry = (struct variable_entry){
        .first = variable->range.address,
        .last = variable->range.address + variable->range.size_bytes - 1,
        .name = variable->name,
        .image = reading->image,
    };
    return 0;
}

/* Among names of one place the shorter, such as that without underscores. */
static int compare(const void *a, const void *b)
{
    const struct variable_entry *x = a, *y = b;
    size_t n_x, n_y;

    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    if (x->last != y->last) {
        return x->last > y->last ? -1 : 1;
    }
    n_x = strlen(x->name);
    n_y = strlen(y->name);
    return n_x != n_y ? (n_x > n_y) - (n_x < n_y) : strcmp(x->name, y->name);
}

/* Sort what was added from @from on, and leave none that overlap. */
static void tidy(struct variable_table *variables, size_t from)
{
    size_t n = from;

    if (variables->n == from) {
        return;
    }
    qsort(variables->list + from, variables->n - from, sizeof(*variables->list),
          compare);
    for (size_t i = from; i < variables->n; i++) {
        const struct variable_entry *next = &variables->list[i];

        if (next->last >= next->first &&
            (n == from || next->first > variables->list[n - 1].last)) {
            variables->list[n++] = *next;
        }
    }
    variables->n = n;
}

/* Each file is read once. Return: where its variables are, or NULL. */
static const struct read_file *read_file(struct reading *reading,
                                         struct symbols_file *file)
{
    struct variable_table *to = reading->variables;
    struct read_file *read;
    size_t from = to->n;

    for (size_t i = 0; i < reading->n; i++) {
        if (reading->files[i].file == file) {
            return &reading->files[i];
        }
    }
    if (array_reserve(reading->files, reading->room, reading->n + 1) < 0 ||
        symbols_file_variables(file, add, reading)) {
        return NULL;
    }
    tidy(to, from);
    read = &reading->files[reading->n++];
    *read = (struct read_file){file, from, to->n - from};
    return read;
}

static int add_part(void *context, const struct symbols_part *part)
{
    struct reading *reading = context;
    struct variable_table *to = reading->variables;
    struct symbols_place where = {part->pid, part->from, part->first};
    struct symbols_file *file = NULL;
    const struct read_file *read;
    struct variable_part *added;
    uint64_t bias;
    int error;

    if (trace_part_kind(part) != TRACE_PLACE_DATA) {
        return 0;
    }
    error = symbols_image_at(reading->symbols, &where, &reading->image, &bias,
                             &file);
    if (error || !file) {
        return error == -ENOMEM ? error : 0;
    }
    read = read_file(reading, file);
    added = read ? array_add(to->parts, to->n_parts, to->room_parts) : NULL;
    if (!added) {
        return -ENOMEM;
    }
    *added = (struct variable_part){
        .pid = part->pid,
        .first = part->first,
        .mapping = part->mapping,
        .bias = bias,
        .from = read->from,
        .n = read->n,
    };
    return 0;
}

static int compare_parts(const void *a, const void *b)
{
    const struct variable_part *x = a, *y = b;

    if (x->pid != y->pid) {
        return x->pid < y->pid ? -1 : 1;
    }
    return (x->mapping > y->mapping) - (x->mapping < y->mapping);
}

int variable_table_of(struct symbols *symbols, struct variable_table *out)
{
    struct reading reading = {.variables = out, .symbols = symbols};
    int error;

    *out = (struct variable_table){.list = NULL};
    error = symbols_each_part(symbols, add_part, &reading);
    free(reading.files);
    if (out->n_parts) {
        qsort(out->parts, out->n_parts, sizeof(*out->parts), compare_parts);
    }
    return error ? MEMTRACE_ERR_NOMEM : 0;
}

void variable_table_free(struct variable_table *variables)
{
    free(variables->list);
    free(variables->parts);
    *variables = (struct variable_table){.list = NULL};
}

const struct variable_part *
variable_table_part(const struct variable_table *variables,
                    const struct symbols_part *part)
{
    const struct variable_part key = {.pid = part->pid,
                                      .mapping = part->mapping};

    /* Parts of one mapping have the same bias. */
    return variables->n_parts
               ? bsearch(&key, variables->parts, variables->n_parts,
                         sizeof(key), compare_parts)
               : NULL;
}
