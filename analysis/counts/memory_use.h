/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_use.h - which memory was accessed how often, by which threads, when:
 * by page, line of 64 bytes, and static variable.
 */
#ifndef MEMORY_USE_H
#define MEMORY_USE_H

#include "analysis.h"
#include "memory_pages.h"
#include "variable_table.h"

/* Parts that the time of the trace is divided into; bits of a page's mask. */
#define MEMORY_WINDOWS 64

struct memory_shared;

/**
 * struct memory_use_settings - what the analysis looks things up in
 * @map: after memory_map_replay(); NULL: nothing is known of mappings, and all
 *       of a process is one memory
 * @variables: NULL: they are not counted
 * @shared: of one pass, whose results live in it; NULL: workers share no pages
 */
struct memory_use_settings {
    struct memory_map *map;
    const struct variable_table *variables;
    struct memory_shared *shared;
};

/**
 * struct memory_variable - a variable of one memory: a process's own, or shared
 * @variable: its number in the table of the settings
 * @owner: tells the memory: 0 where it is shared, else the process
 * @pid: of the process
 * @is_of_several: more than one process accessed it
 * @count: its accesses
 */
struct memory_variable {
    size_t variable;
    uint64_t owner;
    uint32_t pid;
    bool is_of_several;
    struct memory_count count;
};

/**
 * struct memory_use - the results
 * @pages: n_pages of them, by process and address. Shared memory is one page
 *         for all processes; of private memory each process has its own
 * @variables: n_variables of them that were accessed, by number and owner
 * @window_ticks: how long each part of the time is, in ticks
 */
struct memory_use {
    struct memory_page **pages;
    size_t n_pages;
    struct memory_variable *variables;
    size_t n_variables;
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

/** memory_page_count() - a page's lines together. */
struct memory_count memory_page_count(const struct memory_page *page);

#endif /* MEMORY_USE_H */
