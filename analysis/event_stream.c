/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event_stream.c - events at their places between the accesses.
 *
 * In merged order an event comes where an access of its thread and time would
 * (time first, then thread number); in its own thread's stream its position
 * decides.  Both sequences are sorted the same way, so only the next event has
 * ever to be compared.
 */
#include <stdlib.h>

#include "choice.h"
#include "event_stream.h"
#include "lower_bound.h"

static int compare(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* The library keeps each thread's order: among equals the array's order. */
static int compare_events(const struct memtrace_event *a,
                          const struct memtrace_event *b)
{
    int order = compare(a->thread, b->thread);

    return order ? order : compare((uintptr_t)a, (uintptr_t)b);
}

static int compare_by_thread(const void *a, const void *b)
{
    return compare_events(*(const struct memtrace_event *const *)a,
                          *(const struct memtrace_event *const *)b);
}

static int compare_by_time(const void *a, const void *b)
{
    const struct memtrace_event *left =
        *(const struct memtrace_event *const *)a;
    const struct memtrace_event *right =
        *(const struct memtrace_event *const *)b;
    int order = compare(left->time, right->time);

    return order ? order : compare_events(left, right);
}

int event_stream_open(struct event_stream *stream,
                      struct memtrace_reader *reader,
                      const struct choice *choice, bool is_by_time)
{
    const struct memtrace_event *all;
    int64_t n_all = memtrace_events(reader, &all);

    *stream = (struct event_stream){.is_by_time = is_by_time};
    if (n_all < 0) {
        return (int)n_all;
    }
    stream->events = malloc(((size_t)n_all + 1) * sizeof(*stream->events));
    if (!stream->events) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < (size_t)n_all; i++) {
        if (!choice || choice_has_thread(choice, all[i].thread)) {
            stream->events[stream->n++] = &all[i];
        }
    }
    qsort(stream->events, stream->n, sizeof(*stream->events),
          is_by_time ? compare_by_time : compare_by_thread);
    return 0;
}

void event_stream_close(struct event_stream *stream)
{
    free(stream->events);
}

static bool stands_before(const struct event_stream *stream,
                          const struct memtrace_event *event,
                          const struct memtrace_batch *batch, size_t i)
{
    if (event->thread == batch->thread) {
        return event->position <= batch->first + i;
    }
    if (!stream->is_by_time) {
        return event->thread < batch->thread;
    }
    return event->time < batch->accesses[i].time ||
           (event->time == batch->accesses[i].time &&
            event->thread < batch->thread);
}

const struct memtrace_event *
event_stream_due(struct event_stream *stream,
                 const struct memtrace_batch *batch, size_t from)
{
    if (stream->next < stream->n &&
        stands_before(stream, stream->events[stream->next], batch, from)) {
        return stream->events[stream->next++];
    }
    return NULL;
}

size_t event_stream_room(const struct event_stream *stream,
                         const struct memtrace_batch *batch, size_t from)
{
    const struct memtrace_event *event;

    if (stream->next == stream->n) {
        return batch->n_accesses;
    }
    event = stream->events[stream->next];
    /* It does not stand before the first. */
    return lower_bound_from(from + 1, batch->n_accesses, i,
                            !stands_before(stream, event, batch, i));
}

const struct memtrace_event *event_stream_rest(struct event_stream *stream,
                                               uint32_t thread)
{
    if (stream->next < stream->n &&
        (stream->is_by_time ||
         stream->events[stream->next]->thread <= thread)) {
        return stream->events[stream->next++];
    }
    return NULL;
}
