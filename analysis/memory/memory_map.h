/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_map.h - which memory the addresses of a trace's processes were, when:
 * the events that map, unmap, protect and move memory, replayed.
 *
 * A mapping keeps its origin, the mapping that made the memory, however it is
 * cut, protected, moved by mremap(), or copied by fork().  What a program
 * executes starts with nothing.
 *
 * Which memory an address is, two numbers tell: an object and an offset in it
 * (memory_place.h finds them fast).
 * Two addresses are the same memory if and only if both are equal, in whichever
 * process, at whatever address and time.
 *
 * - Shared memory of a file (also of shm_open() and memfd_create(), and of
 *   System V) is one object for each file, which device, inode and the time of
 *   its birth tell from others, not its name.  The offset is that in the file.
 *   It does not matter who maps it where, or whether one maps it twice.
 * - Other shared memory, also of a file that the trace does not know by number
 *   (devices; traces of before), is one object for each mapping that made it,
 *   and for all processes that inherited that by fork().
 * - Private memory, also of a file, is one object for each mapping that made it
 *   and each process that has it: what fork() leaves to a child is a copy from
 *   the first moment on, though the kernel copies later.
 * - Where nothing was mapped as far as the trace knows, and nothing before, all
 *   of a process is one object and the offset is the address.
 *
 * A byte of a private mapping of a file and the same byte of a shared one are
 * two objects, though the kernel may not have copied it yet.
 */
#ifndef MEMORY_MAP_H
#define MEMORY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

/* Of memory_mapping.flags, in every architecture. */
#define MEMORY_MAP_SHARED 0x01
#define MEMORY_MAP_PRIVATE 0x02
#define MEMORY_MAP_FIXED 0x10

/**
 * struct memory_mapping - a range of addresses of a process that are alike
 * @pid: of which process
 * @first, @last: addresses, both belong to it
 * @from, @to: in ticks, both belong to it
 * @prot: MEMTRACE_PROT_READ and its like
 * @flags: as the guest's mmap() had them; neither shared nor private where it
 *         was there before the process's first instruction
 * @offset: of @first in the file; 0 where there is none
 * @file: "" where there is none; the reader's
 * @device, @inode, @born: of the file, as the event had them; 0 where they are
 *                         not known
 * @origin: a number of what made the memory: of the mapping; of the shared
 *          memory of a file that is known by number, of the first one of it
 * @origin_offset: of @first from the start of that, in bytes; of such a file,
 *                 in the file
 * @object: which memory it is, see above
 * @is_guess: nothing was there at that time; it is what was there before, or
 *            else what came next
 */
struct memory_mapping {
    uint64_t pid;
    uint64_t first;
    uint64_t last;
    uint64_t from;
    uint64_t to;
    uint64_t prot;
    uint64_t flags;
    uint64_t offset;
    const char *file;
    uint64_t device;
    uint64_t inode;
    uint64_t born;
    uint32_t origin;
    uint64_t origin_offset;
    uint64_t object;
    bool is_guess;
};

/** memory_is_shared() - is it one memory for all that have it? */
static inline bool memory_is_shared(const struct memory_mapping *mapping)
{
    return mapping->flags & MEMORY_MAP_SHARED;
}

enum memory_change_kind {
    MEMORY_STARTED,   /* a process, with nothing: its first or a new program */
    MEMORY_FORKED,    /* a process, as its parent is */
    MEMORY_MAPPED,    /* what was there is there no more */
    MEMORY_UNMAPPED,  /* all that was there */
    MEMORY_PROTECTED, /* a part of what was there */
};

/**
 * struct memory_change - what an event did
 * @parent: of MEMORY_FORKED
 * @mapping: its pid and from; of MAPPED and PROTECTED all, of UNMAPPED first
 *           and last, too
 */
struct memory_change {
    enum memory_change_kind kind;
    uint64_t parent;
    struct memory_mapping mapping;
};

struct memory_map;

/**
 * memory_map_new() - of a trace of which no event was taken yet
 * @reader: outlives it
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int memory_map_new(const struct memtrace_reader *reader,
                   struct memory_map **out);

/**
 * memory_map_replay() - the same after all events
 *
 * From then on memory_map_at() may be called by several threads at once.
 *
 * Return: 0, or a negative error.
 */
int memory_map_replay(struct memtrace_reader *reader, struct memory_map **out);
void memory_map_free(struct memory_map *map);

/**
 * memory_map_take() - the next event
 * @event: of any type; those of a trace come in their order.  It outlives @map
 * @changes: set to what it did, in order; valid till the next call
 *
 * Return: how many changes, or MEMTRACE_ERR_NOMEM.
 */
int64_t memory_map_take(struct memory_map *map,
                        const struct memtrace_event *event,
                        const struct memory_change **changes);

/**
 * memory_map_at() - the memory of an address
 * @pid: of which process; where several had that number, the one at that time
 *
 * After memory_map_replay().  Return: 1 with *@out, 0 where never was anything.
 */
int memory_map_at(struct memory_map *map, uint64_t pid, uint64_t time,
                  uint64_t vaddr, struct memory_mapping *out);

/**
 * memory_map_n_processes() - how many processes and programs there were
 *
 * They are numbered in the order of their start.  A process that executes
 * another program counts once more.
 */
size_t memory_map_n_processes(const struct memory_map *map);
uint64_t memory_map_pid(const struct memory_map *map, size_t process);

/**
 * memory_map_each_last() - what a process had at its end, or has by now
 * @process: below memory_map_n_processes()
 * @each: called with each mapping, by address; what is not 0 ends it
 *
 * Return: 0, or what @each returned.
 */
int memory_map_each_last(const struct memory_map *map, size_t process,
                         int (*each)(void *context,
                                     const struct memory_mapping *mapping),
                         void *context);

/**
 * memory_map_each() - all that processes ever had
 * @each: called with each, of one process after another; what is not 0 ends it
 *
 * What a process inherited it has from its start.  After memory_map_replay().
 *
 * Return: 0, or what @each returned.
 */
int memory_map_each(struct memory_map *map,
                    int (*each)(void *context,
                                const struct memory_mapping *mapping),
                    void *context);

#endif /* MEMORY_MAP_H */
