/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stream.h - one thread's accesses and events, in pieces that lie between
 * two of its stamps.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"
#include "digest.h"
#include "shared_blocks.h"

/**
 * struct race_piece - accesses of one stamp, or an event
 * @event: or NULL
 * @loads: @n_loads events behind a system call's: what the kernel loads for it
 * @accesses: @n of them, if it is no event; valid till the next piece
 * @time: they were made after this, or then
 * @end_time: and before this; UINT64_MAX at the thread's end
 */
struct race_piece {
    const struct memtrace_event *event;
    const struct memtrace_event *const *loads;
    size_t n_loads;
    const struct memtrace_access *accesses;
    size_t n;
    uint64_t time;
    uint64_t end_time;
};

struct race_stream {
    const struct memtrace_reader *reader;
    uint32_t thread;
    const struct race_blocks *blocks; /* not to be read again, or NULL */
    const struct memtrace_event *const *events; /* of the thread, in order */
    size_t n_events;
    size_t event;
    struct memtrace_cursor *cursor; /* NULL before the first access */
    bool is_over;                   /* no more batches of the cursor's */
    bool has_failed;                /* no memory */
    struct race_gap {
        bool is_open;        /* blocks were passed over before the batch */
        uint64_t start_time; /* the first of these stamps */
        uint64_t end_time;   /* the last */
    } gap;
    /* Blocks that the cursor passed over before its batch. */
    uint32_t *passed;
    size_t n_passed, room_passed;
    size_t next_passed;
    bool has_next;              /* the cursor's batch is yet to come: */
    struct memtrace_batch next; /* it */
    struct memtrace_digest digest;
    struct memtrace_batch batch;
    const uint32_t *places;       /* of its accesses in the block, whose list
                                     it is; NULL: they follow each other */
    size_t at;                    /* in the batch */
    struct memtrace_access *held; /* a piece that lies in two batches */
    size_t room_held;
    uint64_t time;                 /* of the last piece */
    bool has_before;               /* the last piece was accesses */
    struct memtrace_access before; /* the last one; for an atomic one's store
                                      its load's time */
    struct race_piece piece;
};

/** race_stream_next() - Return: 1 with a piece, 0 at the end, or an error. */
int race_stream_next(struct race_stream *stream);

/** race_stream_position() - the thread's accesses up to the piece's last. */
static inline uint64_t race_stream_position(const struct race_stream *stream)
{
    size_t at = stream->at;

    return stream->batch.first +
           (stream->places && at ? stream->places[at - 1] + 1 : at);
}

void race_stream_close(struct race_stream *stream);

#endif /* STREAM_H */
