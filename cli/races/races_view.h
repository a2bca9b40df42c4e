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
 * @left_out: these, by what left them out
 * @rules: the user's suppressions are among them, with how often each held
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
    const struct race_left_outs *left_out;
    const struct code_rules *rules;
    uint64_t n_lost;
    bool has_calls;
    const char *path;
};

/* What an address is, in words. */
#define RACES_MEMORY_TEXT 768
const char *races_memory_text(const struct race_item *item,
                              char text[RACES_MEMORY_TEXT]);

/*
 * How side @i accesses: "Write of size 4 by T1", "Previous read ...", with the
 * thread's name where the program has given it one: "by T1 (worker)".
 */
#define RACES_SIDE_TEXT 384
const char *races_side_text(const struct race_item *item, int i,
                            char text[RACES_SIDE_TEXT]);

/* What the threads last synchronised through; NULL where it is not known. */
#define RACES_LAST_SYNC_TEXT (TRACE_PLACE_TEXT + 64)
const char *races_last_sync_text(const struct race_item *item,
                                 char text[RACES_LAST_SYNC_TEXT]);

/*
 * The suppressions one after another: the first for NULL.  Return: NULL where
 * there is no more.
 */
const struct code_rule *races_suppression(const struct races_view *view,
                                          const struct code_rule *last);

/* Members of an object: how many each rule left out and suppressed. */
void races_json_left_out(struct output *output, const struct races_view *view);
void races_json_suppressions(struct output *output,
                             const struct races_view *view);

/**
 * struct races_format - a way to print a report, in a file of its own
 * @name: as --format has it
 * @write: all of it
 */
struct races_format {
    const char *name;
    void (*write)(struct output *output, const struct races_view *view);
};

/* One word a format, in the order in which --format has them. */
#define RACES_FORMATS(FORMAT) FORMAT(text) FORMAT(json) FORMAT(sarif)

#define RACES_FORMAT_DECLARE(name)                                             \
    extern const struct races_format races_format_##name;
RACES_FORMATS(RACES_FORMAT_DECLARE)

#endif /* RACES_VIEW_H */
