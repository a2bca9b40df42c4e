/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_variables.c - by static variable. */
#include <stdlib.h>

#include "report_memory.h"
#include "symbols.h"
#include "variable_table.h"

struct variable_row {
    struct report_counts counts;
    const char *variable;
    const char *module;
    int sharing;
};

/* The settings of the analysis, and what they point to. */
struct input {
    struct memory_use_settings settings; /* first */
    struct variable_table variables;
};

static void release(void *settings)
{
    struct input *input = settings;

    if (input) {
        variable_table_free(&input->variables);
    }
    free(input);
}

static int prepare(struct report *report, void **settings)
{
    struct input *input = calloc(1, sizeof(*input));

    *settings = input;
    if (!input) {
        return MEMTRACE_ERR_NOMEM;
    }
    input->settings.variables = &input->variables;
    return variable_table_of(report->symbols, &input->variables);
}

static int make(struct report *report, struct table *table)
{
    const struct memory_use *memory = report_memory_use(report);
    const struct memory_use_settings *settings =
        report_settings(report, &analysis_memory);
    const struct variable_table *variables = settings->variables;

    for (size_t i = 0; i < variables->n; i++) {
        const struct memory_count *count = &memory->variables[i];
        struct variable_row *row;

        if (!(count->n[0] + count->n[1])) {
            continue;
        }
        row = table_add(table);
        if (!row) {
            return MEMTRACE_ERR_NOMEM;
        }
        *row = (struct variable_row){
            .counts = report_memory_counts(count),
            .variable = variables->list[i].name,
            .module = variables->list[i].image,
            .sharing = memory_sharing(count),
        };
    }
    return 0;
}

static const char *remark(const void *row, char room[TABLE_TEXT_MAX])
{
    const char *module = ((const struct variable_row *)row)->module;

    (void)room;
    return module ? symbols_last_part(module) : NULL;
}

#define FIELD(member) offsetof(struct variable_row, member)

static const struct table_column columns[] = {
    {.name = "variable",
     .type = TABLE_TEXT,
     .field = FIELD(variable),
     .unknown = REPORT_NAMELESS},
    {.name = "module",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(module)},
    REPORT_COUNTS(struct variable_row, counts),
    REPORT_SHARING(struct variable_row, sharing),
    REPORT_REMARK(remark),
    {.name = NULL},
};

const struct report_kind report_variables = {
    .name = "variable",
    .title = "Variables",
    .overview = 4,
    .needs = {{.analysis = &analysis_memory,
               .prepare = prepare,
               .release = release}},
    .shape =
        &(const struct table_shape){.columns = columns,
                                    .row_bytes = sizeof(struct variable_row)},
    .make = make,
};
