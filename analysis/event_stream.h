/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_stream.h - events at their places between the accesses. */
#ifndef EVENT_STREAM_H
#define EVENT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

struct choice;

/**
 * struct event_stream - the events that are still to come
 * @events: @n of them in the order of the accesses, @next is the next
 * @is_by_time: among accesses in merged order, else thread by thread
 */
struct event_stream {
    const struct memtrace_event **events;
    size_t n;
    size_t next;
    bool is_by_time;
};

/**
 * event_stream_open() - the events of the selected threads
 * @choice: ready, or NULL for all threads
 *
 * Return: 0, or a negative MEMTRACE_ERR_ value.
 */
int event_stream_open(struct event_stream *stream,
                      struct memtrace_reader *reader,
                      const struct choice *choice, bool is_by_time);
void event_stream_close(struct event_stream *stream);

/**
 * event_stream_due() - the next event if it stands before an access
 * @batch: accesses that come next, from number @from on
 *
 * Return: the event, taken from the stream, or NULL.
 */
const struct memtrace_event *
event_stream_due(struct event_stream *stream,
                 const struct memtrace_batch *batch, size_t from);

/**
 * event_stream_room() - how far the accesses go before the next event
 *
 * Return: number of the first access of the batch that it stands before, or
 * batch->n_accesses.
 */
size_t event_stream_room(const struct event_stream *stream,
                         const struct memtrace_batch *batch, size_t from);

/**
 * event_stream_rest() - the next of the events when no access follows
 * @thread: the last thread whose accesses are at their end
 *
 * Return: the event, taken from the stream, or NULL.
 */
const struct memtrace_event *event_stream_rest(struct event_stream *stream,
                                               uint32_t thread);

#endif /* EVENT_STREAM_H */
