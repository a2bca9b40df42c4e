/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * variable_table.c - see variable_table.h.  Names of one place are many
 * (environ,
 * __environ): one of them stays, so that every byte counts once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memtrace.h"
#include "symbols_file.h"
#include "trace_symbols.h"
#include "variable_table.h"

/* While one file is read. */
struct reading {
    struct variable_table *variables;
    struct symbols *symbols;
    const char *image;
    struct symbols_file **files; /* of n, those that were read */
    size_t *from;                /* where theirs are in the list, and how */
    size_t *n_list;              /* many */
    size_t n;
};

static int add(void *context, const struct symbols_variable *variable)
{
    struct reading *reading = context;
    struct variable_table *to = reading->variables;

    if (variable->is_thread_local || !variable->range.size_bytes) {
        return 0;
    }
    if (to->n == to->room) {
        size_t room = to->room * 2 + 64;
        struct variable_entry *larger =
            reallocarray(to->list, room, sizeof(*larger));

        if (!larger) {
            return -ENOMEM;
        }
        to->list = larger;
        to->room = room;
    }
    to->list[to->n++] = (struct variable_entry){
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

/* Each file is read once. Return: its place in the arrays, or -1. */
static int64_t read_file(struct reading *reading, struct symbols_file *file)
{
    struct variable_table *to = reading->variables;
    size_t n = reading->n, from = to->n;
    void *files, *starts, *counts;

    for (size_t i = 0; i < n; i++) {
        if (reading->files[i] == file) {
            return (int64_t)i;
        }
    }
    files = reallocarray(reading->files, n + 1, sizeof(*reading->files));
    reading->files = files ? files : reading->files;
    starts = reallocarray(reading->from, n + 1, sizeof(*reading->from));
    reading->from = starts ? starts : reading->from;
    counts = reallocarray(reading->n_list, n + 1, sizeof(*reading->n_list));
    reading->n_list = counts ? counts : reading->n_list;
    if (!files || !starts || !counts ||
        symbols_file_variables(file, add, reading)) {
        return -1;
    }
    tidy(to, from);
    reading->files[n] = file;
    reading->from[n] = from;
    reading->n_list[n] = to->n - from;
    reading->n++;
    return (int64_t)n;
}

static int add_part(void *context, const struct symbols_part *part)
{
    struct reading *reading = context;
    struct variable_table *to = reading->variables;
    struct symbols_place where = {part->pid, part->from, part->first};
    struct symbols_file *file = NULL;
    struct variable_part *larger;
    uint64_t bias;
    int64_t place;
    int error;

    if (trace_part_kind(part) != TRACE_PLACE_DATA) {
        return 0;
    }
    error = symbols_image_at(reading->symbols, &where, &reading->image, &bias,
                             &file);
    if (error || !file) {
        return error == -ENOMEM ? error : 0;
    }
    place = read_file(reading, file);
    if (place < 0) {
        return -ENOMEM;
    }
    if (to->n_parts == to->room_parts) {
        size_t room = to->room_parts * 2 + 64;

        larger = reallocarray(to->parts, room, sizeof(*larger));
        if (!larger) {
            return -ENOMEM;
        }
        to->parts = larger;
        to->room_parts = room;
    }
    to->parts[to->n_parts++] = (struct variable_part){
        .pid = part->pid,
        .first = part->first,
        .mapping = part->mapping,
        .bias = bias,
        .from = reading->from[place],
        .n = reading->n_list[place],
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
    free(reading.from);
    free(reading.n_list);
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
