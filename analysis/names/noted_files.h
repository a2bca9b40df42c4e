/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * noted_files.h - which file a path led to when it was mapped, as the recorder
 * noted it: in events, and in traces from before those in properties.
 */
#ifndef NOTED_FILES_H
#define NOTED_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf_identity.h"
#include "key_map.h"
#include "memory_map.h"
#include "memtrace.h"
#include "symbols.h"

/* The notes that events have made so far.  All zero: none. */
struct noted_files {
    struct memtrace_reader *reader;
    struct noted_file *files;
    size_t n;
    size_t room;
    struct key_map first; /* by hash of the path: the first note */
    bool has_events;      /* the trace has such events: what has none, has no
                             note */
};

/**
 * noted_files_begin() - of a trace
 * @events: all of it, which stay
 */
void noted_files_begin(struct noted_files *notes,
                       struct memtrace_reader *reader,
                       const struct memtrace_event *events, size_t n);

/** noted_files_take() - a FILE event. Return: 0, or MEMTRACE_ERR_NOMEM. */
int noted_files_take(struct noted_files *notes,
                     const struct memtrace_event *event);

/**
 * noted_files_identify() - say of a mapping which file it is of
 * @mapped: the same as the trace has it
 * @mapping: with its path; told what is known
 * @build_id: room for it
 */
void noted_files_identify(const struct noted_files *notes,
                          const struct memory_mapping *mapped,
                          struct symbols_mapping *mapping,
                          char build_id[ELF_IDENTITY_TEXT]);

void noted_files_free(struct noted_files *notes);

#endif /* NOTED_FILES_H */
