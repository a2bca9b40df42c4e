/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stream.c - see stream.h. */
#include "stream.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "check.h"
#include "lower_bound.h"

/* A block that need not be read as a whole is passed over, and noted. */
static bool is_wanted(void *context, const struct memtrace_block *block)
{
    struct race_stream *stream = context;
    uint32_t number;
    uint32_t *passed;

    if (stream->has_failed ||
        race_blocks_need(stream->blocks, block, &number) == RACE_BLOCK_ALL) {
        return true;
    }
    passed = array_add(stream->passed, stream->n_passed, stream->room_passed);
    if (!passed) {
        stream->has_failed = true;
        return true;
    }
    *passed = number;
    return false;
}

/*
 * The first access behind a gap was made after the gap's last stamp: the last
 * access in the gap was made by then.
 */
static void pass_gap(struct race_stream *stream)
{
    stream->has_before = true;
    stream->before = (struct memtrace_access){.time = stream->gap.end_time};
}

static void widen_gap(struct race_stream *stream,
                      const struct memtrace_block *block)
{
    struct race_gap *gap = &stream->gap;

    gap->start_time = gap->is_open ? gap->start_time : block->start_time;
    gap->end_time = block->end_time;
    gap->is_open = true;
}

static int open_cursor(struct race_stream *stream)
{
    int error = memtrace_cursor_open_thread(stream->reader, stream->thread,
                                            &stream->cursor);

    if (!error && stream->blocks) {
        memtrace_cursor_choose(stream->cursor, is_wanted, stream);
    }
    return error;
}

/* The cursor's next batch and the blocks before it. Return: 0, or an error. */
static int read_on(struct race_stream *stream)
{
    int result = stream->cursor ? 0 : open_cursor(stream);

    stream->n_passed = 0;
    stream->next_passed = 0;
    if (result < 0) {
        return result;
    }
    result = memtrace_cursor_next(stream->cursor, &stream->next);
    stream->has_next = result > 0;
    stream->is_over = result <= 0;
    if (stream->has_failed) {
        return MEMTRACE_ERR_NOMEM;
    }
    return result < 0 ? result : 0;
}

/* A block that was passed over. Return: 1 with a batch, 0, or NOMEM. */
static int read_passed(struct race_stream *stream, uint32_t number)
{
    const struct memtrace_block *block = memtrace_block(stream->reader, number);
    int result = 0;

    if (race_blocks_need(stream->blocks, block, NULL) == RACE_BLOCK_LISTED) {
        result =
            memtrace_digest_read(stream->reader, number, true, &stream->digest);
    }
    if (result == MEMTRACE_ERR_NOMEM) {
        return result;
    }
    /* A damaged one is a gap, too. */
    if (result <= 0 || !stream->digest.n_listed) {
        widen_gap(stream, block);
        return 0;
    }
    stream->batch = (struct memtrace_batch){
        .accesses = stream->digest.listed,
        .n_accesses = stream->digest.n_listed,
        .first = block->first,
        .thread = block->thread,
    };
    stream->places = stream->digest.listed_at;
    return 1;
}

/* Return: 1 with another batch, 0 at the end, or an error. */
static int next_batch(struct race_stream *stream)
{
    int result = 0;

    while (!result) {
        if (stream->next_passed < stream->n_passed) {
            result = read_passed(stream, stream->passed[stream->next_passed++]);
        } else if (stream->has_next) {
            stream->has_next = false;
            stream->batch = stream->next;
            stream->places = NULL;
            result = 1;
        } else if (stream->is_over) {
            return 0;
        } else {
            result = read_on(stream);
        }
    }
    return result;
}

/* The number of an access of the batch among the thread's. */
static uint64_t position_of(const struct race_stream *stream, size_t at)
{
    return stream->batch.first + (stream->places ? stream->places[at] : at);
}

/*
 * Go on to the next batch where this one is used up.
 * Return: 1, 0 at the end, or an error.
 */
static int fetch(struct race_stream *stream)
{
    uint64_t next = race_stream_position(stream);
    int result;

    if (stream->at < stream->batch.n_accesses) {
        return 1;
    }
    stream->gap.is_open = false;
    result = next_batch(stream);
    stream->at = 0;
    if (result <= 0) {
        stream->batch.first = next;
        stream->batch.n_accesses = 0;
        stream->places = NULL;
    } else if (stream->gap.is_open) {
        pass_gap(stream);
    }
    return result;
}

static const struct memtrace_event *next_event(const struct race_stream *stream)
{
    return stream->event < stream->n_events ? stream->events[stream->event]
                                            : NULL;
}

/*
 * The time from which on an access may have been made.  A thread is stamped
 * before it executes an atomic instruction: that stamp holds for the load and
 * the store, which are one.  Other stamps are read when an access is recorded,
 * which is after it was made: then only the stamp of the access before it is
 * certain.
 */
static uint64_t earliest(const struct race_stream *stream,
                         const struct memtrace_access *access)
{
    const struct memtrace_access *before = &stream->before;

    if (!stream->has_before) {
        return access->time;
    }
    if (!(access->flags & MEMTRACE_ATOMIC)) {
        return before->flags & MEMTRACE_ATOMIC ? access->time : before->time;
    }
    return (access->flags & MEMTRACE_STORE) && before->insn == access->insn &&
                   before->vaddr == access->vaddr &&
                   !(before->flags & MEMTRACE_STORE)
               ? before->time
               : access->time;
}

static void pass_by(struct race_stream *stream,
                    const struct memtrace_access *access)
{
    uint64_t time = access->flags & MEMTRACE_ATOMIC ? earliest(stream, access)
                                                    : access->time;

    stream->has_before = true;
    stream->before = *access;
    stream->before.time = time;
}

/* The end of the plain accesses of one stamp, behind one that is plain. */
static size_t plain_run_end(const struct memtrace_access *accesses, size_t i,
                            size_t n, uint64_t time)
{
    while (i < n && !(accesses[i].flags & MEMTRACE_ATOMIC) &&
           accesses[i - 1].time == time) {
        i++;
    }
    return i;
}

/* The first access of the batch, from @i on, that is not before @position. */
static size_t before_position(const struct race_stream *stream, size_t i,
                              uint64_t position)
{
    size_t end = stream->batch.n_accesses;

    if (!stream->places) {
        return position > stream->batch.first + i
                   ? (size_t)(position - stream->batch.first)
                   : i;
    }
    return lower_bound_from(i, end, k, position_of(stream, k) < position);
}

/*
 * The end of the accesses in the batch that belong to one piece: all of them
 * may have been made from @time on, and no event is among them.
 */
static size_t run_end(struct race_stream *stream, uint64_t time)
{
    const struct memtrace_event *event = next_event(stream);
    size_t n = stream->batch.n_accesses;
    size_t i = stream->at;

    if (event && n && event->position <= position_of(stream, n - 1)) {
        n = before_position(stream, i, event->position);
    }
    for (; i < n; i++) {
        const struct memtrace_access *access = &stream->batch.accesses[i];

        if (earliest(stream, access) != time) {
            break;
        }
        if (!(access->flags & MEMTRACE_ATOMIC)) {
            i = plain_run_end(stream->batch.accesses, i + 1, n, time) - 1;
            access = &stream->batch.accesses[i];
        }
        pass_by(stream, access);
    }
    return i;
}

static bool is_event_next(const struct race_stream *stream)
{
    const struct memtrace_event *event = next_event(stream);

    return event && (stream->at == stream->batch.n_accesses ||
                     event->position <= position_of(stream, stream->at));
}

static int hold(struct race_stream *stream, size_t n)
{
    struct race_piece *piece = &stream->piece;
    size_t needed = piece->n + n;

    if (array_reserve(stream->held, stream->room_held, needed) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    memcpy(stream->held + piece->n, stream->batch.accesses + stream->at,
           n * sizeof(*stream->held));
    piece->accesses = stream->held;
    piece->n = needed;
    return 0;
}

/* The stamp that ends the piece, where the thread has another one. */
static void find_end(struct race_stream *stream)
{
    uint64_t time = stream->piece.time;
    uint64_t end = UINT64_MAX;

    if (stream->gap.is_open && stream->at == 0 &&
        stream->gap.start_time > time) {
        end = stream->gap.start_time;
    } else if (stream->at < stream->batch.n_accesses) {
        uint64_t next = earliest(stream, &stream->batch.accesses[stream->at]);

        end = next > time ? next : end;
    }
    for (size_t i = stream->event; i < stream->n_events; i++) {
        const struct memtrace_event *event = stream->events[i];

        if (event->time > time) {
            end = event->time < end ? event->time : end;
            break;
        }
    }
    stream->piece.end_time = end;
}

/*
 * An event.  A system call comes with its loads, which the kernel makes before
 * the call releases anything.
 */
static void next_event_piece(struct race_stream *stream)
{
    struct race_piece *piece = &stream->piece;
    const struct memtrace_event *event = stream->events[stream->event++];

    piece->event = event;
    piece->loads = &stream->events[stream->event];
    while (event->type == MEMTRACE_EVENT_SYSCALL &&
           stream->event < stream->n_events) {
        const struct memtrace_event *next = stream->events[stream->event];

        if (next->type != MEMTRACE_EVENT_KERNEL_ACCESS || next->args[2] ||
            next->time != event->time) {
            break;
        }
        piece->n_loads++;
        stream->event++;
    }
}

/* Time does not go back, even if it does in the file. */
static uint64_t not_before(struct race_stream *stream, uint64_t time)
{
    stream->time = time > stream->time ? time : stream->time;
    return stream->time;
}

static int next_access_piece(struct race_stream *stream)
{
    uint64_t time = earliest(stream, &stream->batch.accesses[stream->at]);
    size_t end = run_end(stream, time);
    struct race_piece *piece = &stream->piece;
    int result = 1;

    piece->time = not_before(stream, time);
    piece->accesses = stream->batch.accesses + stream->at;
    piece->n = end - stream->at;
    if (end < stream->batch.n_accesses) {
        stream->at = end;
        find_end(stream);
        return 1;
    }
    /* It may go on in the next batch, which replaces this one. */
    piece->n = 0;
    result = hold(stream, end - stream->at);
    stream->at = end;
    while (!result && (result = fetch(stream)) > 0) {
        end = run_end(stream, time);
        result = hold(stream, end - stream->at);
        stream->at = end;
        if (end < stream->batch.n_accesses) {
            break;
        }
    }
    find_end(stream);
    return result < 0 ? result : 1;
}

int race_stream_next(struct race_stream *stream)
{
    int result = fetch(stream);

    if (result < 0) {
        return result;
    }
    stream->piece = (struct race_piece){.end_time = UINT64_MAX};
    if (is_event_next(stream)) {
        next_event_piece(stream);
        stream->has_before = false;
        stream->piece.time = not_before(stream, stream->piece.event->time);
        return 1;
    }
    result = result > 0 ? next_access_piece(stream) : 0;
    check(result <= 0 || stream->piece.n > 0, "a piece has accesses");
    check(stream->piece.time <= stream->piece.end_time,
          "a piece lies between two stamps");
    return result;
}

void race_stream_close(struct race_stream *stream)
{
    memtrace_cursor_close(stream->cursor);
    free(stream->held);
    free(stream->passed);
    memtrace_digest_free(&stream->digest);
    stream->cursor = NULL;
    stream->held = NULL;
    stream->passed = NULL;
}
