/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_memory.h - what the reports by memory share: counts, how threads
 * share, and the names of places.
 */
#ifndef REPORT_MEMORY_H
#define REPORT_MEMORY_H

#include "memory_use.h"
#include "reports.h"
#include "trace_symbols.h"

/* In the order of enum memory_sharing, NULL at the end. */
extern const char *const report_sharing_words[];

/* The column of an int, an enum memory_sharing. */
#define REPORT_SHARING(row, member)                                            \
    {                                                                          \
        .name = "sharing", .type = TABLE_WORD, .words = report_sharing_words,  \
        .field = offsetof(row, member)                                         \
    }

/*
 * What each report by memory needs: which memory an address is, and of the
 * variables, where a report shows them, what they are.
 */
int report_memory_prepare(struct report *report, void **settings);
void report_memory_release(void *settings);

#define REPORT_NEEDS_MEMORY                                                    \
    {                                                                          \
        .analysis = &analysis_memory, .prepare = report_memory_prepare,        \
        .release = report_memory_release                                       \
    }

/** report_memory_use() - Return: the results of analysis_memory. */
const struct memory_use *report_memory_use(const struct report *report);

/** report_memory_counts() - Return: as the columns have them. */
struct report_counts report_memory_counts(const struct memory_count *count);

/**
 * report_memory_place() - what an address of a page is
 *
 * Return: 0, or a negative error.
 */
int report_memory_place(struct report *report, const struct memory_page *page,
                        uint64_t vaddr, struct trace_place *place);

/** report_memory_region() - what a region is called: of no variable. */
const char *report_memory_region(const struct trace_place *place,
                                 char text[TRACE_PLACE_TEXT]);

#endif /* REPORT_MEMORY_H */
