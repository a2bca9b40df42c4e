/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shared_ranges.h - shared memory that is in several places: mapped by several
 * processes, or by one at several addresses.
 *
 * All of it has one space.  Each object, see memory_map.h, has a range of that
 * space: wherever a byte of it is mapped, it is at the same place there.
 */
#ifndef SHARED_RANGES_H
#define SHARED_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "key_map.h"
#include "memtrace.h"

struct memory_map;

/**
 * struct race_shared_object - memory that is in several places
 * @object: of memory_map.h
 * @first, @last: offsets in it that were mapped, both belong to it
 * @start: where @first is in the space of all
 */
struct race_shared_object {
    uint64_t object;
    uint64_t first, last;
    uint64_t start;
};

/**
 * struct race_shared_piece - where a process had a part of an object
 * @process: its number
 * @first, @last: addresses, both belong to it
 * @from, @to: in ticks, both belong to it
 * @place: of @first in the space of all
 */
struct race_shared_piece {
    uint32_t process;
    uint64_t first, last;
    uint64_t from, to;
    uint64_t place;
};

/**
 * struct race_shared_range - addresses where a process had such memory, once
 * @delta: of a place, less the address
 * @is_varied: it was not always the same: the map tells
 */
struct race_shared_range {
    uint32_t process;
    uint64_t first, last;
    uint64_t delta;
    bool is_varied;
};

/**
 * struct race_shared - of a trace; all zero has none
 * @objects: n_objects of them, by their numbers
 * @pieces: n_pieces of them, by process and address
 * @ranges: n_ranges of them, by process and address; none overlap
 * @map: where any is varied, or else NULL
 */
struct race_shared {
    struct race_shared_object *objects;
    size_t n_objects;
    struct race_shared_piece *pieces;
    size_t n_pieces;
    struct race_shared_range *ranges;
    size_t n_ranges;
    struct memory_map *map;
};

/**
 * race_shared_open() - find it
 * @shared: to be closed in any case
 * @processes: of a pid, to the number of a process
 * @space_bytes: of the space of all
 *
 * A trace in which no such memory is mapped costs a look at each event.
 *
 * Return: 0, or a negative error: MEMTRACE_ERR_LIMIT where all is more than the
 * space has.
 */
int race_shared_open(struct race_shared *shared, struct memtrace_reader *reader,
                     const struct key_map *processes, uint64_t space_bytes);
void race_shared_close(struct race_shared *shared);

/**
 * race_shared_find() - is an address of a process such memory?
 * @process: its number; @pid: its pid
 * @place: set to that in the space of all
 *
 * Within RACE_SHARED_ALIGN bytes all addresses are, or none is.
 */
bool race_shared_find(const struct race_shared *shared, uint32_t process,
                      uint32_t pid, uint64_t time, uint64_t vaddr,
                      uint64_t *place);

#define RACE_SHARED_ALIGN 1024

/** race_shared_varies() - was it, at an address, not always the same memory? */
bool race_shared_varies(const struct race_shared *shared, uint32_t process,
                        uint64_t vaddr);

/**
 * race_shared_address() - where a process has a place
 * @except: at another address than this
 * @vaddr: set to the address: one that held at that time, where there is any
 */
bool race_shared_address(const struct race_shared *shared, uint32_t process,
                         uint64_t time, uint64_t place, uint64_t except,
                         uint64_t *vaddr);

#endif /* SHARED_RANGES_H */
