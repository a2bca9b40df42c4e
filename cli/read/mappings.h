/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mappings.h - the memory maps of a trace's processes, replayed from its
 * events: as they were when each process, or the recording, ended.
 */
#ifndef MAPPINGS_H
#define MAPPINGS_H

#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

/**
 * struct mapping - a range of addresses that are alike
 * @first, @last: both belong to it
 * @prot: MEMTRACE_PROT_READ and its like
 * @flags: as the guest's mmap had them
 * @offset: of @first in the file
 * @file: "" where there is none; the reader's
 */
struct mapping {
    uint64_t first;
    uint64_t last;
    uint64_t prot;
    uint64_t flags;
    uint64_t offset;
    const char *file;
};

/**
 * struct mapping_process - the map of a process
 * @mappings: @n of them, sorted, without overlap
 * @room: allocated
 */
struct mapping_process {
    uint64_t pid;
    struct mapping *mappings;
    size_t n;
    size_t room;
};

struct mappings {
    struct mapping_process *processes;
    size_t n;
    size_t room;
};

/**
 * mappings_replay() - the maps at the end
 * @out: filled; give it to mappings_free() also after an error
 *
 * Return: 0, or a negative MEMTRACE_ERR_ value.
 */
int mappings_replay(struct memtrace_reader *reader, struct mappings *out);
void mappings_free(struct mappings *mappings);

/** mappings_is_change() - Return: nonzero for an event that changes a map. */
int mappings_is_change(const struct memtrace_event *event);

#endif /* MAPPINGS_H */
