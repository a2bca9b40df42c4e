/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader.h - an open trace: what was read of its file, each part by a file of
 * its own.  For the public functions and the cursors; the parts do not know of
 * it.
 */
#ifndef MEMTRACE_READER_H
#define MEMTRACE_READER_H

#include "contents.h"
#include "eventlist.h"
#include "memtrace.h"
#include "stored.h"
#include "threads.h"

struct memtrace_reader {
    int fd;
    struct memtrace_summary summary;
    struct stored stored;
    struct contents contents;
    struct thread_table threads;
    struct event_list events;
};

/* Count a damaged access block, once.  Any number of threads may call. */
static inline void reader_damaged(const struct memtrace_reader *reader,
                                  size_t block)
{
    /* The summary is the one thing that reading changes. */
    stored_damaged(&reader->stored.blocks[block],
                   (struct memtrace_summary *)&reader->summary);
}

#endif /* MEMTRACE_READER_H */
