/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyses.c - the one table of analyses. */
#include <string.h>

#include "allocation_counts.h"
#include "analyses.h"
#include "code_counts.h"
#include "memory_use.h"
#include "thread_totals.h"

/* One line an analysis. */
/* clang-format off */
const struct analysis *const analyses[] = {
    &analysis_threads,
    &analysis_code,
    &analysis_memory,
    &analysis_allocations,
    NULL,
};
/* clang-format on */

const struct analysis *analysis_find(const char *name)
{
    for (size_t i = 0; analyses[i]; i++) {
        if (!strcmp(analyses[i]->name, name)) {
            return analyses[i];
        }
    }
    return NULL;
}
