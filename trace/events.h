/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * events.h - events as they stand in an access block's events part.
 */
#ifndef MEMTRACE_EVENTS_H
#define MEMTRACE_EVENTS_H

#include "block.h"
#include "memtrace.h"

/* Append an event to the part. Return: 0, or NOMEM, LIMIT. */
int event_put(struct buffer *out, const struct access_head *head,
              const struct memtrace_event *event);

/*
 * Take the next event of the part. event->text points into the part, which
 * has to end in a NUL.  Return: 0, or CORRUPT.
 */
int event_get(struct bytes_in *in, const struct access_head *head,
              struct memtrace_event *event);

#endif /* MEMTRACE_EVENTS_H */
