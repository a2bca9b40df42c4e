/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * eventlist.h - the events of all blocks as one list.  The accesses of the
 * blocks are not read for it.
 */
#ifndef MEMTRACE_EVENTLIST_H
#define MEMTRACE_EVENTLIST_H

#include <stdbool.h>

#include "buffer.h"
#include "evicted_list.h"
#include "memtrace.h"
#include "stored.h"

/* All zero is one that was not read yet. */
struct event_list {
    struct memtrace_event *all; /* by time, those of a thread in its order */
    size_t n, room;
    struct buffer_list texts; /* that they point into */
    bool is_loaded;
};

/*
 * Read them, the first time; blocks whose events are damaged are counted.
 * Return: 0, or NOMEM.
 */
int event_list_load(struct event_list *list, int fd,
                    const struct stored *stored,
                    const struct evicted_list *evicted,
                    struct memtrace_summary *summary);

void event_list_free(struct event_list *list);

#endif /* MEMTRACE_EVENTLIST_H */
