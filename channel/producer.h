/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * producer.h - the plugin's side of the channel: a slot that one thread
 * writes to.
 *
 * The callback itself appends an entry while slot->cursor is below
 * slot->limit; all that is rare is behind producer_refill().
 */
#ifndef CHANNEL_PRODUCER_H
#define CHANNEL_PRODUCER_H

#include "channel.h"

/*
 * A stamp and the access that it is for, with its value: another chunk would
 * start with a stamp of its own, which comes after that access was made.
 */
#define PRODUCER_STAMP_BYTES (4 * sizeof(struct channel_entry))

#define PRODUCER_LINE_BYTES 64
/* Fetched ahead of the cursor: more than twice what is between two stamps. */
#define PRODUCER_FETCH_BYTES 2048

/**
 * struct producer_start - who starts to write
 * @kind: enum channel_slot_kind
 * @number: of the thread in the trace; not used by CHANNEL_SLOT_PROCESS
 * @pid, @tid, @parent, @parent_pid, @cause: see struct channel_slot
 * @spare: a slot outside the channel, used where there is none in it.  All
 *         zero, or as an earlier producer_attach() left it; the caller's again
 *         after producer_end()
 */
struct producer_start {
    uint32_t kind;
    uint32_t number;
    uint32_t pid;
    uint32_t tid;
    uint32_t parent;
    uint32_t parent_pid;
    uint32_t cause;
    struct channel_slot *spare;
};

/**
 * producer_attach() - take a slot and its first chunk
 * @start: copied
 *
 * Return: the slot, never NULL, written to by the calling thread alone (or
 * under a lock of the caller's).  Where recording has stopped or slots have
 * run out it is @start->spare, and leads nowhere.
 */
struct channel_slot *producer_attach(struct channel *channel,
                                     const struct producer_start *start);

/**
 * producer_refill() - make room for at least one entry
 *
 * To be called when cursor has reached limit: puts a stamp, or goes on in a
 * new chunk (and waits for one, or discards, as the channel says).  When
 * recording has stopped the cursor is left in private memory, where entries
 * go to be forgotten.
 */
void producer_refill(struct channel *channel, struct channel_slot *slot);

/**
 * producer_message() - put a message
 * @type: enum channel_message
 * @args: n_args of them, at most CHANNEL_MESSAGE_ARGS
 * @text: text_bytes of it, cut at CHANNEL_MESSAGE_TEXT; may be NULL for 0
 *
 * Messages are never dropped while the recorder lives, whatever the
 * overflow option says.
 */
void producer_message(struct channel *channel, struct channel_slot *slot,
                      enum channel_message type, const uint64_t *args,
                      unsigned n_args, const void *text, size_t text_bytes);

/**
 * producer_put_valued() - an access and what it loaded or stored
 * @vaddr, @tag: of the access
 * @words: n_words of its value, 1 or 2, the low one first; 0: not known
 */
void producer_put_valued(struct channel *channel, struct channel_slot *slot,
                         uint64_t vaddr, uint32_t tag, const uint64_t *words,
                         unsigned n_words);

/**
 * producer_start_dense() - stamp each of the next accesses, as at a start
 *
 * As many as the channel says, from the next stamp on; and more in a loop that
 * may wait for another thread's store: see producer.c.
 */
static inline void producer_start_dense(const struct channel *channel,
                                        struct channel_slot *slot)
{
    slot->n_dense = channel->n_dense;
}

/**
 * producer_last_loads() - what an instruction has just loaded
 * @insn: its number
 * @vaddrs: room for @most
 * @is_all: set to whether nothing but these and stamps is in the slot's chunk
 *
 * Return: how many of the last accesses in the slot's chunk are loads by this
 * instruction, with no message among them, at most @most; @vaddrs has where,
 * in their order.
 */
unsigned producer_last_loads(struct channel *channel, struct channel_slot *slot,
                             uint32_t insn, uint64_t *vaddrs, unsigned most,
                             bool *is_all);

/** producer_end() - the thread is gone; the slot must not be used again. */
void producer_end(struct channel *channel, struct channel_slot *slot);

/**
 * producer_append() - one entry, where cursor is known to be below limit
 *
 * The entry is written before the cursor that covers it, so that what the
 * recorder finds below the cursor is whole whenever this process dies.
 */
static inline void producer_append(struct channel_slot *slot, uint64_t cursor,
                                   uint64_t value, uint32_t tag)
{
    struct channel_entry *entry = (struct channel_entry *)cursor;

    entry->value = value;
    entry->tag = tag;
    atomic_store_explicit(&slot->cursor, cursor + sizeof(*entry),
                          memory_order_release);
}

static inline uint64_t producer_cursor(struct channel_slot *slot)
{
    return atomic_load_explicit(&slot->cursor, memory_order_relaxed);
}

/* The producer's own: a stamp does not fit. Return: whether it does now. */
bool producer_stamp_room(struct channel *channel, struct channel_slot *slot);

static inline void producer_fetch_for_write(uint64_t at)
{
#ifdef __x86_64__
    /* gcc has this only for -mprfchw; where it is unknown it does nothing. */
    __asm__ volatile("prefetchw %0" : : "m"(*(const char *)at));
#else
    __builtin_prefetch((const void *)at, 1);
#endif
}

/**
 * producer_stamp() - put a stamp before what follows
 * @ticks: see clock.h
 * @is_blocking: the next entry of this slot will be a stamp: the thread
 *               enters the kernel
 */
static inline void producer_stamp(struct channel *channel,
                                  struct channel_slot *slot, uint64_t ticks,
                                  bool is_blocking)
{
    uint64_t interval = slot->n_dense > 0 ? 1 : channel->stamp_interval;
    uint64_t cursor = producer_cursor(slot);
    uint64_t ahead;

    if (__builtin_expect(
            atomic_load_explicit(&slot->is_discarding, memory_order_relaxed) ||
                slot->end - cursor < PRODUCER_STAMP_BYTES,
            0)) {
        if (!producer_stamp_room(channel, slot)) {
            return;
        }
        cursor = producer_cursor(slot);
    }
    slot->n_controls++;
    producer_append(slot, cursor, ticks,
                    is_blocking ? CHANNEL_TAG_STAMP_BLOCKED
                                : CHANNEL_TAG_STAMP);
    cursor += sizeof(struct channel_entry);
    interval *= sizeof(struct channel_entry);
    slot->limit = cursor + (interval < slot->end - cursor ? interval
                                                          : slot->end - cursor);
    /* Another core has read these lines last: fetch them meanwhile. */
    ahead = cursor + PRODUCER_FETCH_BYTES < slot->end
                ? cursor + PRODUCER_FETCH_BYTES
                : slot->end;
    for (; slot->fetched < ahead; slot->fetched += PRODUCER_LINE_BYTES) {
        producer_fetch_for_write(slot->fetched);
    }
}

/** producer_put() - one entry, wherever the cursor is. */
static inline void producer_put(struct channel *channel,
                                struct channel_slot *slot, uint64_t value,
                                uint32_t tag)
{
    if (__builtin_expect(producer_cursor(slot) >= slot->limit, 0)) {
        producer_refill(channel, slot);
    }
    producer_append(slot, producer_cursor(slot), value, tag);
}

#endif /* CHANNEL_PRODUCER_H */
