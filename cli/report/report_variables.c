/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_variables.c - by static variable, and by whose it is. */
#include "report_memory.h"
#include "report_process.h"
#include "symbols.h"
#include "variable_table.h"

struct variable_row {
    struct report_counts counts;
    const char *variable;
    const char *module;
    uint64_t pid;
    const char *process;
    int sharing;
};

static int make(struct report *report, struct table *table)
{
    const struct memory_use *memory = report_memory_use(report);
    const struct memory_use_settings *settings =
        report_settings(report, &analysis_memory);
    const struct variable_table *variables = settings->variables;

    for (size_t i = 0; i < memory->n_variables; i++) {
        const struct memory_variable *variable = &memory->variables[i];
        const struct variable_entry *entry =
            &variables->list[variable->variable];
        struct variable_row *row = table_add(table);

        if (!row) {
            return MEMTRACE_ERR_NOMEM;
        }
        *row = (struct variable_row){
            .counts = report_memory_counts(&variable->count),
            .variable = entry->name,
            .module = entry->image,
            .pid = variable->is_of_several ? TABLE_UNKNOWN : variable->pid,
            .sharing = memory_sharing(&variable->count),
        };
    }
    return 0;
}

/* Only of what is shown. */
static int describe(struct report *report, struct table *table)
{
    for (size_t i = 0; i < table->n; i++) {
        struct variable_row *row = table_row(table, i);

        row->process = report_process_text(report, table, row->pid);
        if (!row->process) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return 0;
}

static const char *remark(const void *row, char room[TABLE_TEXT_MAX])
{
    const struct variable_row *variable = row;
    const char *module = variable->module;

    return report_process_remark(module ? symbols_last_part(module) : NULL,
                                 variable->process, room);
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
    REPORT_PID(struct variable_row, pid),
    REPORT_COUNTS(struct variable_row, counts),
    REPORT_SHARING(struct variable_row, sharing),
    REPORT_REMARK(remark),
    {.name = NULL},
};

const struct report_kind report_variables = {
    .name = "variable",
    .title = "Variables",
    .overview = 4,
    .needs = {REPORT_NEEDS_MEMORY},
    .has_variables = true,
    .shape =
        &(const struct table_shape){.columns = columns,
                                    .row_bytes = sizeof(struct variable_row)},
    .make = make,
    .describe = describe,
};
