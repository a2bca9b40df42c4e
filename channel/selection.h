/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selection.h - which accesses are recorded, if not all are.  The recorder
 * writes it before the guest starts; the plugin decides by it.
 */
#ifndef CHANNEL_SELECTION_H
#define CHANNEL_SELECTION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "range.h"

#define SELECTION_RANGES 256

/* Kinds of memory, as bits of regions. */
enum selection_region {
    SELECTION_MMAP = 0, /* whatever is none of the others */
    SELECTION_HEAP = 1, /* by brk */
    SELECTION_STACK = 2,
    SELECTION_DATA = 3, /* of program and libraries */
    SELECTION_REGIONS,
};

/**
 * struct selection - all zero: everything is recorded
 * @roles: LOOKUP_BIT() of the roles that the recorder is to be asked for
 * @keeps_unnamed: code that belongs to no file is recorded, although a filter
 *                 by code is used
 * @has_addresses: only accesses to n_addresses addresses, and to LOOKUP_DATA
 * @has_threads: only those of n_threads threads
 * @regions: bits of the regions that are recorded; 0: all of them
 * @starts_paused: until a LOOKUP_START is executed
 * @has_pauses: gate.pauses or a LOOKUP_START or LOOKUP_STOP may have an effect
 * @has_limit: gate.n_left counts
 */
struct selection {
    uint32_t roles;
    uint32_t keeps_unnamed;
    uint32_t has_addresses;
    uint32_t has_threads;
    uint32_t regions;
    uint32_t starts_paused;
    uint32_t has_pauses;
    uint32_t has_limit;
    uint32_t n_addresses;
    uint32_t n_threads;
    struct range addresses[SELECTION_RANGES];
    struct range threads[SELECTION_RANGES];
};

/* Why accesses are not recorded for a while: bits. */
enum selection_pause {
    SELECTION_PAUSE_STOP = 1,    /* by functions: not started, or stopped */
    SELECTION_PAUSE_SAMPLE = 2,  /* between two windows of time */
    SELECTION_PAUSE_SKIP = 4,    /* the first accesses are left out */
    SELECTION_PAUSE_LIMIT = 8,   /* as many as wanted are recorded */
    SELECTION_PAUSE_THREAD = 16, /* of this thread nothing is */
};

/**
 * struct selection_gate - what changes while the guest runs, for all of it
 * @pauses: bits of enum selection_pause; writers: the recorder for SAMPLE,
 *          the plugin for SKIP and LIMIT, by atomic operations
 * @n_skip: accesses that are still to be left out
 * @n_left: accesses that may still be recorded
 */
struct selection_gate {
    _Atomic(uint32_t) pauses;
    _Atomic(int64_t) n_skip;
    _Atomic(int64_t) n_left;
};

#endif /* CHANNEL_SELECTION_H */
