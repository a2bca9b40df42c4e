/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * consumer.h - the recorder's side of the channel: reading what slots hold.
 *
 * One thread of the recorder follows the slots and hands out spans of
 * entries; any thread may read a span and say that it is done with it.
 * Nothing in the shared memory is trusted.  An index out of range, a chunk that
 * is linked twice or a length that does not fit makes the stream broken.
 */
#ifndef CHANNEL_CONSUMER_H
#define CHANNEL_CONSUMER_H

#include "channel.h"

struct consumer {
    struct channel *channel;
    /* What is known of each chunk; writers: all threads, atomically. */
    _Atomic(uint8_t) *chunk_states;
    uint32_t n_chunks; /* copied once: the channel's may change */
};

/**
 * struct consumer_stream - a slot that is being read
 * @slot: its index
 * @kind: enum channel_slot_kind
 * @number, @pid, @tid, @parent, @parent_pid, @cause, @start_time: see
 *      channel_slot
 */
struct consumer_stream {
    uint32_t slot;
    uint32_t kind;
    uint32_t number;
    uint32_t pid;
    uint32_t tid;
    uint32_t parent;
    uint32_t parent_pid;
    uint32_t cause;
    uint64_t start_time;

    /* consumer.c's own */
    uint32_t chunk;
    uint32_t offset_bytes;
    bool is_handed_out; /* the chunk is closed and all of it was a span */
};

/**
 * struct consumer_span - entries that lie one after another
 * @entries: n_entries of them; may change while they are read
 * @n_controls: how many are no accesses, as the producer says; 0 unknown
 * @chunk: where they lie
 * @ends_chunk: no more comes in this chunk
 */
struct consumer_span {
    const struct channel_entry *entries;
    uint32_t n_entries;
    uint32_t n_controls;
    uint32_t chunk;
    bool ends_chunk;
};

/* How far consumer_next() reads. */
enum consumer_reach {
    CONSUMER_CLOSED_CHUNKS, /* whole chunks only */
    CONSUMER_ALL,           /* all that is written so far */
    CONSUMER_LAST,          /* the same, and nothing more will be written */
};

/** consumer_init() - Return: 0, or -1 out of memory. */
int consumer_init(struct consumer *consumer, struct channel *channel);
void consumer_free(struct consumer *consumer);

/**
 * consumer_open() - start to read a slot that is not free
 *
 * Return: 0, or -1 if its contents are impossible.
 */
int consumer_open(struct consumer *consumer, uint32_t slot,
                  struct consumer_stream *stream);

/**
 * consumer_next() - the next entries of a stream
 * @span: filled when there are some
 *
 * Return: 1 with a span, 0 where there is nothing now, -1 where the stream is
 * broken.
 */
int consumer_next(struct consumer *consumer, struct consumer_stream *stream,
                  enum consumer_reach reach, struct consumer_span *span);

/** consumer_span_done() - the span's entries are read. Thread safe. */
void consumer_span_done(struct consumer *consumer,
                        const struct consumer_span *span);

/**
 * consumer_close() - no more is read from the stream
 *
 * Its producer must have ended.  Gives back the slot, and the chunk as soon
 * as its spans are done.
 */
void consumer_close(struct consumer *consumer, struct consumer_stream *stream);

#endif /* CHANNEL_CONSUMER_H */
