/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_events.h - events at their places between the accesses. */
#ifndef DUMP_EVENTS_H
#define DUMP_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

struct filter;

/**
 * struct dump_events - the events that are still to come
 * @events: @n of them in the order of the dump, @next is the next
 * @is_by_time: the dump is in merged order, else thread by thread
 */
struct dump_events {
    const struct memtrace_event **events;
    size_t n;
    size_t next;
    bool is_by_time;
};

/**
 * dump_events_open() - the events of the filter's threads
 *
 * Return: 0, or a negative MEMTRACE_ERR_ value.
 */
int dump_events_open(struct dump_events *stream, struct memtrace_reader *reader,
                     const struct filter *filter, bool is_by_time);
void dump_events_close(struct dump_events *stream);

/**
 * dump_events_due() - the next event if it stands before an access
 * @batch: accesses that are dumped next, from number @from on
 *
 * Return: the event, taken from the stream, or NULL.
 */
const struct memtrace_event *dump_events_due(struct dump_events *stream,
                                             const struct memtrace_batch *batch,
                                             size_t from);

/**
 * dump_events_room() - how far the accesses go before the next event
 *
 * Return: number of the first access of the batch that it stands before, or
 * batch->n_accesses.
 */
size_t dump_events_room(const struct dump_events *stream,
                        const struct memtrace_batch *batch, size_t from);

/**
 * dump_events_rest() - the next of the events when no access follows
 * @thread: the last thread whose accesses are at their end
 *
 * Return: the event, taken from the stream, or NULL.
 */
const struct memtrace_event *dump_events_rest(struct dump_events *stream,
                                              uint32_t thread);

#endif /* DUMP_EVENTS_H */
