/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_view.h - what a report of races shows, for its three forms.
 */
#ifndef RACES_VIEW_H
#define RACES_VIEW_H

#include "memtrace.h"
#include "race_report.h"

struct output;

/**
 * struct races_view - a report, ready to print
 * @reader: of its trace
 * @items: n_items of them, without those that were suppressed
 * @n_suppressed: of these
 * @n_internal: races of libraries among themselves that are not shown
 * @n_lost: gaps in the trace
 * @has_calls: see struct races
 * @path: of the trace
 */
struct races_view {
    struct memtrace_reader *reader;
    const struct race_item *items;
    size_t n_items;
    size_t n_suppressed;
    size_t n_internal;
    uint64_t n_lost;
    bool has_calls;
    const char *path;
};

/* What an address is, in words. */
#define RACES_MEMORY_TEXT 768
const char *races_memory_text(const struct race_item *item,
                              char text[RACES_MEMORY_TEXT]);

/* What the threads of a race last met on, in words; NULL where nowhere. */
#define RACES_MET_TEXT 96
const char *races_met_text(const struct race *race, char text[RACES_MET_TEXT]);

void races_text(struct output *output, const struct races_view *view);
void races_json(struct output *output, const struct races_view *view);
void races_sarif(struct output *output, const struct races_view *view);

#endif /* RACES_VIEW_H */
