/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_memory.c - see report_memory.h. */
#include <stdio.h>
#include <stdlib.h>

#include "memory_shared.h"
#include "pass.h"
#include "report_memory.h"
#include "symbols.h"

const char *const report_sharing_words[] = {
    [MEMORY_PRIVATE] = "private",       [MEMORY_READ_SHARED] = "read-shared",
    [MEMORY_ONE_WRITER] = "one-writer", [MEMORY_MANY_WRITERS] = "many-writers",
    [MEMORY_SHARINGS] = NULL,
};

/* The settings of the analysis, and what they point to. */
struct input {
    struct memory_use_settings settings; /* first */
    struct variable_table variables;
};

void report_memory_release(void *settings)
{
    struct input *input = settings;

    if (input) {
        variable_table_free(&input->variables);
        memory_map_free(input->settings.map);
        memory_shared_free(input->settings.shared);
    }
    free(input);
}

static bool shows_variables(const struct report *report)
{
    for (size_t i = 0; i < report->n_tables; i++) {
        if (report->tables[i].kind->has_variables) {
            return true;
        }
    }
    return false;
}

int report_memory_prepare(struct report *report, void **settings)
{
    struct input *input = calloc(1, sizeof(*input));
    int error;

    *settings = input;
    if (!input) {
        return MEMTRACE_ERR_NOMEM;
    }
    input->settings.shared =
        memory_shared_new(MEMORY_MOST_OWN / pass_workers(0));
    error = input->settings.shared
                ? memory_map_replay(report->reader, &input->settings.map)
                : MEMTRACE_ERR_NOMEM;
    if (!error && shows_variables(report)) {
        input->settings.variables = &input->variables;
        error = variable_table_of(report->symbols, &input->variables);
    }
    return error;
}

const struct memory_use *report_memory_use(const struct report *report)
{
    return memory_use(report_state(report, &analysis_memory));
}

struct report_counts report_memory_counts(const struct memory_count *count)
{
    return (struct report_counts){
        .n_accesses = count->n[0] + count->n[1],
        .n_loads = count->n[0],
        .n_stores = count->n[1],
        .n_atomics = count->n_atomics,
    };
}

int report_memory_place(struct report *report, const struct memory_page *page,
                        uint64_t vaddr, struct trace_place *place)
{
    /* The page may begin in front of the part. */
    if (vaddr < page->vaddr + page->part_offset) {
        vaddr = page->vaddr + page->part_offset;
    }
    return trace_place_describe(
        report->symbols, &(struct symbols_place){page->pid, page->time, vaddr},
        place);
}

const char *report_memory_region(const struct trace_place *place,
                                 char text[TRACE_PLACE_TEXT])
{
    struct trace_place bare = *place;

    bare.data = (struct symbols_data){.module = NULL};
    switch (place->kind) {
    case TRACE_PLACE_DATA:
    case TRACE_PLACE_FILE:
        snprintf(text, TRACE_PLACE_TEXT, "%s %.500s",
                 place->kind == TRACE_PLACE_DATA ? "data of" : "file",
                 symbols_last_part(place->file));
        break;
    case TRACE_PLACE_UNKNOWN:
        snprintf(text, TRACE_PLACE_TEXT, "unknown");
        break;
    default:
        trace_place_text(&bare, text);
        break;
    }
    return text;
}
