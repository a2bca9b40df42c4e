/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pass.h - runs analyses over one reading of a trace.
 *
 * Those of ANALYSIS_ANY_ORDER share a reading block by block on several
 * workers, those of ANALYSIS_TIME_ORDER one in the merged order.  What a pass
 * needs itself is a decoder and a batch a worker, and a decoder for each
 * thread whose blocks overlap in time; the rest is the analyses' own.
 */
#ifndef PASS_H
#define PASS_H

#include "analysis.h"
#include "choice.h"

/**
 * struct pass_item - an analysis of a pass
 * @analysis: which
 * @settings: its own, or NULL
 * @state: set by pass_run(): its finished state
 */
struct pass_item {
    const struct analysis *analysis;
    const void *settings;
    void *state;
};

/**
 * struct pass_config - how to read
 * @choice: ready, or NULL where all accesses pass
 * @symbols: for struct analysis_source, or NULL
 * @has_gaps: accesses are missing that neither the choice nor the trace
 *            itself tells of
 * @n_workers: for those of any order; 0: one a processor that may be used
 * @progress: called now and then by the thread that called pass_run(), with
 *            accesses read and how many there are to read; or NULL
 * @context: for @progress
 */
struct pass_config {
    const struct choice *choice;
    struct symbols *symbols;
    bool has_gaps;
    unsigned n_workers;
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/**
 * pass_run() - read the trace once for all items
 * @items: n_items of them; give them to pass_end(), also after an error
 *
 * Of a batch from which a choice left some out, memtrace_batch.first says
 * where it began: its accesses lie at or behind that.  Events are not selected,
 * but for what the kernel accessed.  Damaged blocks are passed over, and
 * counted in the summary.
 *
 * Return: 0, or the first negative error of an analysis or of the reader.
 */
int pass_run(struct memtrace_reader *reader, const struct pass_config *config,
             struct pass_item *items, size_t n_items);

/** pass_workers() - Return: how many an n_workers of this stands for, from 1.
 */
unsigned pass_workers(unsigned n_workers);

/** pass_end() - free the items' states. */
void pass_end(struct pass_item *items, size_t n_items);

#endif /* PASS_H */
