/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_use.h - which memory was accessed how often, by which threads, when:
 * by page, line of 64 bytes, and static variable.
 */
#ifndef MEMORY_USE_H
#define MEMORY_USE_H

#include "analysis.h"
#include "symbols.h"
#include "variable_table.h"

#define MEMORY_PAGE_BITS 12
#define MEMORY_LINE_BITS 6
#define MEMORY_LINES (1u << (MEMORY_PAGE_BITS - MEMORY_LINE_BITS))

/* Parts that the time of the trace is divided into; bits of a page's mask. */
#define MEMORY_WINDOWS 64

/* Who did something: a thread's number and 1, or one of these. */
#define MEMORY_NOBODY 0
#define MEMORY_SEVERAL UINT32_MAX

/**
 * struct memory_count - accesses to a range of memory
 * @n: loads and stores
 * @n_atomics: those of them by atomic instructions
 * @who: who loaded, who stored
 */
struct memory_count {
    uint64_t n[2];
    uint64_t n_atomics;
    uint32_t who[2];
};

/**
 * struct memory_page - a page of a process, while it was the same memory
 * @part: the part of a mapping that it belongs to; .last is 0 where no mapping
 *        is known
 * @vaddr: of the page
 * @windows: bit I: it was accessed in the Ith part of the time
 * @lines: an access counts for the line that it starts in; whose bytes it
 *         also touches knows who it was
 */
struct memory_page {
    struct symbols_part part;
    uint64_t vaddr;
    uint64_t windows;
    struct memory_count lines[MEMORY_LINES];
    const struct variable_part *variables; /* memory_use.c's own: of the page */
    size_t first_variable, end_variable;
};

/* The settings: what only some reports need. */
struct memory_use_settings {
    const struct variable_table *variables; /* or NULL */
};

/**
 * struct memory_use - the results
 * @pages: n_pages of them, by process and address
 * @variables: for each of the table of the settings
 * @window_ticks: how long each part of the time is, in ticks
 */
struct memory_use {
    struct memory_page **pages;
    size_t n_pages;
    struct memory_count *variables;
    uint64_t window_ticks;
};

extern const struct analysis analysis_memory;

/** memory_use() - the results of a finished state. */
const struct memory_use *memory_use(const void *state);

/* How memory is shared between threads. */
enum memory_sharing {
    MEMORY_PRIVATE,      /* one thread's */
    MEMORY_READ_SHARED,  /* several load, nobody stores */
    MEMORY_ONE_WRITER,   /* one stores, others load */
    MEMORY_MANY_WRITERS, /* several store */
    MEMORY_SHARINGS,
};

/** memory_sharing() - how a range is shared, by who accessed it. */
enum memory_sharing memory_sharing(const struct memory_count *count);

/** memory_add() - @sum becomes both ranges together. */
void memory_add(struct memory_count *sum, const struct memory_count *count);

/** memory_page_count() - a page's lines together. */
struct memory_count memory_page_count(const struct memory_page *page);

#endif /* MEMORY_USE_H */
