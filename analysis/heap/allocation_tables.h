/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocation_tables.h - what allocations.c makes and allocation_search.c
 * searches.
 *
 * The blocks of a process are kept by size class and address: blocks of a
 * class that start at the same address follow each other in time.  An address
 * is looked for in the few starts of each class that lie near enough before
 * it.
 */
#ifndef ALLOCATION_TABLES_H
#define ALLOCATION_TABLES_H

#include "allocations.h"
#include "key_map.h"
#include "range.h"

/* Of class I are sizes below 2^I, and at least half of it. */
#define CLASSES 65
#define NO_INDEX SIZE_MAX
#define NO_PROCESS UINT64_MAX

/* An allocation in its process's order. */
struct entry {
    uint64_t vaddr;
    size_t index; /* of the allocation, which are in order of time */
};

struct size_class {
    struct entry *entries; /* sorted by address, then time */
    size_t n;
    size_t room;
};

struct process {
    uint64_t pid;
    size_t parent; /* index of the process it was forked from, or NO_INDEX */
    uint64_t start_time;
    struct size_class classes[CLASSES];
    struct key_map sites; /* by the address that is returned to */
};

/* A block that lives: where to find it when it is freed. */
struct live {
    uint64_t vaddr;
    size_t process;
    size_t index; /* NO_INDEX: there is none in this place */
    bool is_used;
};

struct allocations {
    struct allocation *all;
    size_t n;
    size_t room;
    struct process *processes;
    size_t n_processes, room_processes;
    struct allocation_site *sites;
    size_t n_sites;
    size_t sites_room;
    struct range *stretches; /* pages that blocks were ever in, united */
    size_t n_stretches;
    /* While reading: a hash table of the blocks that live. */
    struct live *live;
    size_t n_live; /* places ever used */
    size_t live_room;
};

/** allocations_process() - Return: its place in the list, or NO_INDEX. */
size_t allocations_process(const struct allocations *a, uint64_t pid);

#endif /* ALLOCATION_TABLES_H */
