/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stream.h - one thread's accesses and events, in pieces: accesses of one
 * piece were made between the same two stamps of the thread.
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
 * @event: the event, or NULL
 * @loads: n_loads events that follow a system call's: what the kernel loads
 * @accesses: n of them, where it is no event; valid until the next piece
 * @time: they were made at this stamp or later
 * @end_time: and before this one; UINT64_MAX: the thread has no more stamps
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

/**
 * struct race_stream - where a thread's stream is
 * @reader, @thread: the caller sets these, and the next three
 * @blocks: says which blocks are passed over, or NULL
 * @events: n_events of the thread, in their order
 * @event: the next one
 * @cursor: NULL before the first access
 * @is_over: the cursor has no more batches
 * @has_failed: out of memory, in a callback of the cursor
 * @gap: blocks that were passed over before the batch
 * @passed: numbers of n_passed blocks that the cursor passed over before the
 *          batch that it gave last; @next_passed is the next one to be read
 *          by its digest
 * @has_next: that batch is yet to come: @next
 * @digest: of a block that was passed over
 * @batch: the accesses that come
 * @places: of the batch's accesses in their block, where it is a digest's list;
 *          NULL: they follow each other
 * @at: the next one in the batch
 * @held: a piece that lies in two batches, with room for @room_held
 * @time: of the last piece
 * @has_before: the last piece was accesses
 * @before: the last access; of an atomic one's store with its load's time
 * @piece: the piece
 */
struct race_stream {
    const struct memtrace_reader *reader;
    uint32_t thread;
    const struct race_blocks *blocks;
    const struct memtrace_event *const *events;
    size_t n_events;
    size_t event;
    struct memtrace_cursor *cursor;
    bool is_over;
    bool has_failed;
    struct race_gap {
        bool is_open;
        uint64_t start_time; /* the first stamp of these blocks */
        uint64_t end_time;   /* the last one */
    } gap;
    uint32_t *passed;
    size_t n_passed, room_passed;
    size_t next_passed;
    bool has_next;
    struct memtrace_batch next;
    struct memtrace_digest digest;
    struct memtrace_batch batch;
    const uint32_t *places;
    size_t at;
    struct memtrace_access *held;
    size_t room_held;
    uint64_t time;
    bool has_before;
    struct memtrace_access before;
    struct race_piece piece;
};

/** race_stream_next() - Return: 1 with a piece, 0 at the end, or an error. */
int race_stream_next(struct race_stream *stream);

/** race_stream_position() - Return: the thread's accesses so far. */
static inline uint64_t race_stream_position(const struct race_stream *stream)
{
    size_t at = stream->at;

    return stream->batch.first +
           (stream->places && at ? stream->places[at - 1] + 1 : at);
}

/** race_stream_close() - free all but what the caller has set. */
void race_stream_close(struct race_stream *stream);

#endif /* STREAM_H */
