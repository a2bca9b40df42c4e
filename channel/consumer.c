/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * consumer.c - following the chunks of slots, and giving them back.
 */
#include "consumer.h"

#include <stdlib.h>

/*
 * A chunk belongs to one stream from when it is followed till it is given
 * back, which takes two things in any order: its entries are read, and its
 * producer has gone on to the next one.  Whoever finds both gives it back.
 */
#define CHUNK_OWNED 1u
#define CHUNK_DRAINED 2u
#define CHUNK_LEFT 4u

int consumer_init(struct consumer *consumer, struct channel *channel)
{
    *consumer = (struct consumer){
        .channel = channel,
        .n_chunks = channel->n_chunks,
    };
    consumer->chunk_states =
        calloc(consumer->n_chunks, sizeof(*consumer->chunk_states));
    return consumer->chunk_states == NULL ? -1 : 0;
}

void consumer_free(struct consumer *consumer)
{
    free(consumer->chunk_states);
    consumer->chunk_states = NULL;
}

static int own(struct consumer *consumer, uint32_t chunk)
{
    uint8_t nobodys = 0;

    if (chunk >= consumer->n_chunks) {
        return -1;
    }
    return atomic_compare_exchange_strong(&consumer->chunk_states[chunk],
                                          &nobodys, CHUNK_OWNED)
               ? 0
               : -1;
}

static void mark(struct consumer *consumer, uint32_t chunk, uint8_t what)
{
    _Atomic(uint8_t) *state = &consumer->chunk_states[chunk];
    uint8_t all = atomic_fetch_or(state, what) | what;

    if (what & CHUNK_DRAINED) {
        channel_chunk_drained(consumer->channel);
    }
    if (all == (CHUNK_OWNED | CHUNK_DRAINED | CHUNK_LEFT)) {
        atomic_store(state, 0);
        channel_free_chunk(consumer->channel, chunk);
    }
}

int consumer_open(struct consumer *consumer, uint32_t index,
                  struct consumer_stream *stream)
{
    struct channel_slot *slot = channel_slot(consumer->channel, index);

    *stream = (struct consumer_stream){
        .slot = index,
        .kind = slot->kind,
        .number = slot->number,
        .pid = slot->pid,
        .tid = slot->tid,
        .parent = slot->parent,
        .parent_pid = slot->parent_pid,
        .cause = slot->cause,
        .start_time = slot->start_time,
        .chunk = slot->chunk_first,
    };
    if (stream->kind != CHANNEL_SLOT_THREAD &&
        stream->kind != CHANNEL_SLOT_PROCESS) {
        return -1;
    }
    return own(consumer, stream->chunk);
}

/*
 * Bytes of entries in a chunk that is still written to.  The cursor is an
 * address of the producer's.
 */
static uint32_t open_bytes(const struct consumer *consumer,
                           const struct consumer_stream *stream)
{
    struct channel_slot *slot = channel_slot(consumer->channel, stream->slot);
    uint64_t entries = CHANNEL_CHUNKS_OFFSET +
                       (uint64_t)stream->chunk * CHANNEL_CHUNK_BYTES +
                       sizeof(struct channel_chunk);
    uint64_t cursor = atomic_load_explicit(&slot->cursor, memory_order_acquire);
    uint64_t bytes = cursor - slot->base - entries;

    /* Elsewhere: in private memory, or in the next chunk already. */
    return bytes <= CHANNEL_CHUNK_ENTRY_BYTES ? bytes : 0;
}

/* Follow the link of a chunk that was handed out. Return: as the caller. */
static int follow(struct consumer *consumer, struct consumer_stream *stream)
{
    struct channel_chunk *chunk =
        channel_chunk(consumer->channel, stream->chunk);
    uint32_t next = atomic_load(&chunk->next);

    if (next == 0) {
        return 0;
    }
    /* Links that go in a circle come to an end. */
    atomic_store(&chunk->next, 0);
    if (own(consumer, next - 1) != 0) {
        return -1;
    }
    mark(consumer, stream->chunk, CHUNK_LEFT);
    stream->chunk = next - 1;
    stream->offset_bytes = 0;
    stream->is_handed_out = false;
    return 1;
}

int consumer_next(struct consumer *consumer, struct consumer_stream *stream,
                  enum consumer_reach reach, struct consumer_span *span)
{
    struct channel_chunk *chunk;
    uint32_t bytes;
    bool is_closed;
    bool is_whole;

    if (stream->is_handed_out) {
        int followed = follow(consumer, stream);

        if (followed != 1) {
            return followed;
        }
    }
    chunk = channel_chunk(consumer->channel, stream->chunk);
    bytes = atomic_load(&chunk->bytes);
    is_closed = bytes != 0;
    if (!is_closed) {
        if (reach == CONSUMER_CLOSED_CHUNKS) {
            return 0;
        }
        bytes = open_bytes(consumer, stream);
        /* It may have been closed, and gone on from, in between. */
        if (atomic_load(&chunk->bytes) != 0) {
            bytes = atomic_load(&chunk->bytes);
            is_closed = true;
        }
    }
    if (bytes > CHANNEL_CHUNK_ENTRY_BYTES ||
        bytes % sizeof(struct channel_entry) != 0 ||
        bytes < stream->offset_bytes) {
        return -1;
    }
    is_whole = is_closed && stream->offset_bytes == 0;
    is_closed = is_closed || reach == CONSUMER_LAST;
    if (bytes == stream->offset_bytes && !is_closed) {
        return 0;
    }
    *span = (struct consumer_span){
        .entries =
            (const struct channel_entry *)((const char *)channel_chunk_entries(
                                               chunk) +
                                           stream->offset_bytes),
        .n_entries =
            (bytes - stream->offset_bytes) / sizeof(struct channel_entry),
        .n_controls = is_whole ? chunk->n_controls : 0,
        .chunk = stream->chunk,
        .ends_chunk = is_closed,
    };
    stream->offset_bytes = bytes;
    stream->is_handed_out = is_closed;
    return 1;
}

void consumer_span_done(struct consumer *consumer,
                        const struct consumer_span *span)
{
    if (span->ends_chunk) {
        mark(consumer, span->chunk, CHUNK_DRAINED);
    }
}

void consumer_close(struct consumer *consumer, struct consumer_stream *stream)
{
    uint8_t what = CHUNK_LEFT;

    if (!stream->is_handed_out) {
        what |= CHUNK_DRAINED;
    }
    mark(consumer, stream->chunk, what);
    channel_give_slot(consumer->channel, stream->slot);
}
