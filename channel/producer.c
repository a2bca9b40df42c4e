/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * producer.c - the slow path of a thread that writes to the channel: stamps,
 * messages, new chunks, waiting for room, and discarding where there is none.
 */
#include "producer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stamp_clock.h"

#define ENTRY_BYTES sizeof(struct channel_entry)
#define WAIT_MS 100

/*
 * Entries that are not to be recorded go to a slot's scratch, in memory of
 * the producer's own, over and over; each time it is full the producer looks
 * whether there is a chunk again.
 */
#define SCRATCH_ENTRIES 256

/*
 * The scratch of slots for which there was no memory, at the end of a recording
 * that has stopped for want of it.  Written by all their threads, never read.
 */
static struct channel_entry nowhere[SCRATCH_ENTRIES];

/*
 * A thread that waits for another one's store makes the same few accesses over
 * and over: so many at most (unoptimised C++ takes 30), and so many are seen to
 * be those of the turn before.  Then as many are dense before it is looked at
 * again.
 */
#define WAITING_PERIOD 48
#define WAITING_REPEATED 32
#define WAITING_DENSE 64
#define WAITING_STAMPS 8 /* in a turn, where not each access has one */

static void put_news(struct channel *channel, struct channel_slot *slot)
{
    uint32_t i = slot - channel_slot(channel, 0);

    atomic_fetch_or(&channel->news[i / 64], (uint64_t)1 << (i % 64));
}

/* The recorder is gone: say so in its place, once in the process group. */
static void stop_alone(struct channel *channel)
{
    uint32_t recording = CHANNEL_RECORDING;

    if (atomic_compare_exchange_strong(&channel->state, &recording,
                                       CHANNEL_STOPPED)) {
        dprintf(STDERR_FILENO, "memtrace: the recorder is gone; the program "
                               "goes on without being recorded\n");
    }
}

static bool is_recording(struct channel *channel)
{
    return atomic_load(&channel->state) == CHANNEL_RECORDING;
}

/*
 * Whoever finds the buffer full waits until a good part of it is free again,
 * and while somebody waits all do: nobody is overtaken for long.
 */
static bool has_room(struct channel *channel, bool is_waiting)
{
    uint32_t n_full = channel_full_chunks(channel);

    if (is_waiting || atomic_load(&channel->waiters) > 0) {
        return n_full <= channel->low_chunks;
    }
    return n_full < channel->soft_chunks;
}

/*
 * A chunk, within the limit of what may be in use at once.  Waits for one if
 * @must_wait.  Return: CHANNEL_NONE where there is none, or recording is over.
 */
static uint32_t acquire_chunk(struct channel *channel, bool must_wait)
{
    uint32_t chunk = CHANNEL_NONE;
    uint32_t space;

    if (is_recording(channel) && has_room(channel, false)) {
        chunk = channel_take_chunk(channel);
    }
    if (chunk != CHANNEL_NONE || !must_wait) {
        return chunk;
    }
    atomic_fetch_add(&channel->waiters, 1);
    while (is_recording(channel)) {
        space = atomic_load(&channel->space);
        if (has_room(channel, true)) {
            chunk = channel_take_chunk(channel);
            if (chunk != CHANNEL_NONE) {
                break;
            }
        }
        channel_ring_doorbell(channel);
        channel_futex_wait(&channel->space, space, WAIT_MS);
        if (!channel_recorder_is_alive(channel)) {
            stop_alone(channel);
        }
    }
    atomic_fetch_sub(&channel->waiters, 1);
    return chunk;
}

static void append_control(struct channel_slot *slot, uint64_t value,
                           uint32_t tag)
{
    slot->n_controls++;
    producer_append(slot, producer_cursor(slot), value, tag);
}

/* No more goes into the chunk; a next one may follow, now or later. */
static void close_chunk(struct channel *channel, struct channel_slot *slot)
{
    struct channel_chunk *chunk = channel_chunk(channel, slot->chunk);
    uint64_t start = (uint64_t)channel_chunk_entries(chunk);

    chunk->n_controls = slot->n_controls;
    atomic_store(&chunk->bytes, producer_cursor(slot) - start);
}

/* The first entries of a chunk: its stamp, and what was lost before it. */
static void open_chunk(struct channel *channel, struct channel_slot *slot,
                       uint32_t index)
{
    struct channel_chunk *chunk = channel_chunk(channel, index);
    uint64_t start = (uint64_t)channel_chunk_entries(chunk);

    atomic_store(&chunk->next, 0);
    atomic_store(&chunk->bytes, 0);
    slot->chunk = index;
    slot->n_controls = 0;
    slot->end = start + CHANNEL_CHUNK_ENTRY_BYTES;
    slot->fetched = start;
    atomic_store(&slot->cursor, start);
    producer_stamp(channel, slot, stamp_after(channel), false);
    if (slot->n_dropped > 0) {
        append_control(slot, channel_message_head(CHANNEL_MESSAGE_LOST, 1, 0),
                       CHANNEL_TAG_MESSAGE);
        append_control(slot, slot->n_dropped, CHANNEL_TAG_DATA);
        slot->n_dropped = 0;
    }
}

/* Entries go to private memory from here on. */
static void start_discarding(struct channel *channel, struct channel_slot *slot)
{
    if (slot->scratch == 0) {
        slot->scratch = (uint64_t)malloc(SCRATCH_ENTRIES * ENTRY_BYTES);
    }
    if (slot->scratch == 0) {
        /* Accesses that are dropped could not be counted. */
        channel_stop(channel, CHANNEL_STOP_MEMORY, 0);
        slot->scratch = (uint64_t)nowhere;
    }
    atomic_store(&slot->is_discarding, 1);
    atomic_store(&slot->cursor, slot->scratch);
    slot->end = slot->scratch + SCRATCH_ENTRIES * ENTRY_BYTES;
    slot->limit = slot->end;
}

static bool is_private(struct channel *channel, const struct channel_slot *slot)
{
    return slot < channel_slot(channel, 0) ||
           slot >= channel_slot(channel, CHANNEL_SLOTS);
}

static void free_scratch(struct channel_slot *slot)
{
    if (slot->scratch != (uint64_t)nowhere) {
        free((void *)slot->scratch);
    }
    slot->scratch = 0;
}

static void count_discarded(struct channel_slot *slot)
{
    const struct channel_entry *scratch =
        (const struct channel_entry *)slot->scratch;
    uint64_t n = slot->scratch == (uint64_t)nowhere
                     ? 0
                     : (producer_cursor(slot) - slot->scratch) / ENTRY_BYTES;

    for (uint64_t i = 0; i < n; i++) {
        slot->n_dropped += scratch[i].tag < CHANNEL_TAG_CONTROL;
    }
    atomic_store(&slot->cursor, slot->scratch);
}

/*
 * Go on in a new chunk; in private memory where there is none.
 * Return: whether the slot writes to a chunk now.
 */
static bool next_chunk(struct channel *channel, struct channel_slot *slot,
                       bool must_wait)
{
    bool was_discarding = atomic_load(&slot->is_discarding);
    uint32_t old = slot->chunk;
    uint32_t chunk;

    if (was_discarding) {
        count_discarded(slot);
        if (is_private(channel, slot)) {
            return false;
        }
    } else {
        close_chunk(channel, slot);
        put_news(channel, slot);
    }
    chunk = acquire_chunk(channel, must_wait);
    if (chunk == CHANNEL_NONE) {
        if (!was_discarding) {
            start_discarding(channel, slot);
        }
        return false;
    }
    atomic_store(&slot->is_discarding, 0);
    /* Whole before it is linked: the recorder follows the link at once. */
    open_chunk(channel, slot, chunk);
    atomic_store(&channel_chunk(channel, old)->next, chunk + 1);
    put_news(channel, slot);
    return true;
}

/* The access before @entry in the chunk that begins at @start, or NULL. */
static const struct channel_entry *
access_before(const struct channel_entry *start,
              const struct channel_entry *entry)
{
    while (entry > start) {
        entry--;
        if (entry->tag < CHANNEL_TAG_CONTROL) {
            return entry;
        }
    }
    return NULL;
}

static bool is_same(const struct channel_entry *a,
                    const struct channel_entry *b)
{
    return a->value == b->value && a->tag == b->tag;
}

/* What the accesses of a chunk say of whether its thread waits. */
enum waiting { WAITING_NO, WAITING_YES, WAITING_UNKNOWN };

/* Are the accesses before @late the same as those before @early? */
static enum waiting compare_turns(const struct channel_entry *start,
                                  const struct channel_entry *late,
                                  const struct channel_entry *early)
{
    for (unsigned i = 0; i < WAITING_REPEATED; i++) {
        if (early == NULL) {
            return WAITING_UNKNOWN;
        }
        if (!is_same(late, early)) {
            return WAITING_NO;
        }
        late = access_before(start, late);
        early = access_before(start, early);
    }
    return WAITING_YES;
}

/* Does the turn of @n accesses that ends with @last store there itself? */
static bool is_stored(const struct channel_entry *start,
                      const struct channel_entry *last, unsigned n,
                      uint64_t vaddr)
{
    for (; n > 0; n--, last = access_before(start, last)) {
        if (last->value == vaddr && (last->tag & CHANNEL_TAG_STORE) != 0) {
            return true;
        }
    }
    return false;
}

/* What is waited for is loaded, and stored by nobody but others. */
static bool loads_of_others(const struct channel_entry *start,
                            const struct channel_entry *last, unsigned n)
{
    const struct channel_entry *entry = last;

    for (unsigned i = 0; i < n; i++) {
        if ((entry->tag & CHANNEL_TAG_STORE) == 0 &&
            !is_stored(start, last, n, entry->value)) {
            return true;
        }
        entry = access_before(start, entry);
    }
    return false;
}

/*
 * May the last access have been made before, as lately as the longest turn?
 * Most of the times it was not, which is to be found out quickly.
 * @n: entries that a turn may take, with its stamps
 */
static bool may_be_repeated(const struct channel_entry *start,
                            const struct channel_entry *last, size_t n)
{
    uint64_t value = last->value;
    uint32_t tag = last->tag;

    if ((size_t)(last - start) < n) {
        return true;
    }
    for (const struct channel_entry *entry = last - n; entry < last; entry++) {
        if (entry->tag == tag && entry->value == value) {
            return true;
        }
    }
    return false;
}

/*
 * Is the thread in a loop that makes the same accesses again and again, some
 * of them loads of what it does not store there?  Not known where the chunk
 * has just begun.
 */
static enum waiting find_waiting(struct channel_slot *slot, bool is_dense)
{
    size_t n = is_dense ? 3 * WAITING_PERIOD : WAITING_PERIOD + WAITING_STAMPS;
    const struct channel_entry *start =
        (const struct channel_entry *)(slot->end - CHANNEL_CHUNK_ENTRY_BYTES);
    const struct channel_entry *late = access_before(
        start, (const struct channel_entry *)producer_cursor(slot));
    const struct channel_entry *early = late;

    if (late != NULL && !may_be_repeated(start, late, n)) {
        return WAITING_NO;
    }
    for (unsigned period = 1; period <= WAITING_PERIOD; period++) {
        enum waiting found = WAITING_UNKNOWN;

        if (early != NULL) {
            early = access_before(start, early);
            found = compare_turns(start, late, early);
        }
        if (found == WAITING_YES && !loads_of_others(start, late, period)) {
            return WAITING_NO;
        }
        if (found != WAITING_NO) {
            return found;
        }
    }
    return WAITING_NO;
}

/* Count down what is to be dense, and see whether there is to be more. */
static void go_on_dense(struct channel_slot *slot)
{
    bool is_ending = slot->n_dense == 1;
    enum waiting found;

    if (slot->n_dense > 1) {
        slot->n_dense--;
        return;
    }
    found = find_waiting(slot, is_ending);
    slot->n_dense =
        found == WAITING_YES || (found == WAITING_UNKNOWN && is_ending)
            ? WAITING_DENSE
            : 0;
}

void producer_refill(struct channel *channel, struct channel_slot *slot)
{
    bool is_discarding = atomic_load(&slot->is_discarding);

    if (!is_discarding && channel->n_dense > 0) {
        go_on_dense(slot);
    }
    if (is_discarding ||
        slot->end - producer_cursor(slot) < PRODUCER_STAMP_BYTES) {
        next_chunk(channel, slot, channel->overflow == CHANNEL_OVERFLOW_WAIT);
        return;
    }
    /* Where stamps lie apart, what was stored before them is long visible. */
    producer_stamp(channel, slot,
                   slot->n_dense > 0 || channel->stamp_interval == 1
                       ? stamp_visible(channel)
                       : stamp_after(channel),
                   false);
}

/* Room for @n entries in one chunk. Return: false where nothing is kept. */
static bool make_room(struct channel *channel, struct channel_slot *slot,
                      size_t n)
{
    if (!atomic_load(&slot->is_discarding) &&
        slot->end - producer_cursor(slot) >= n * ENTRY_BYTES) {
        return true;
    }
    return next_chunk(channel, slot, true);
}

bool producer_stamp_room(struct channel *channel, struct channel_slot *slot)
{
    return !atomic_load(&slot->is_discarding) &&
           next_chunk(channel, slot,
                      channel->overflow == CHANNEL_OVERFLOW_WAIT);
}

/* After n entries that are no accesses a stamp is due n entries later. */
static void delay_limit(struct channel_slot *slot, size_t n)
{
    uint64_t room = slot->end - slot->limit;

    slot->limit += n * ENTRY_BYTES < room ? n * ENTRY_BYTES : room;
}

void producer_message(struct channel *channel, struct channel_slot *slot,
                      enum channel_message type, const uint64_t *args,
                      unsigned n_args, const void *text, size_t text_bytes)
{
    struct channel_entry *entry;
    size_t n_words;
    uint64_t word;

    if (text_bytes > CHANNEL_MESSAGE_TEXT) {
        text_bytes = CHANNEL_MESSAGE_TEXT;
    }
    n_words = (text_bytes + 7) / 8;
    if (!make_room(channel, slot, 1 + n_args + n_words)) {
        return;
    }
    /* The cursor moves once: a message is never seen in part. */
    entry = (struct channel_entry *)producer_cursor(slot);
    *entry++ = (struct channel_entry){
        channel_message_head(type, n_args, text_bytes), CHANNEL_TAG_MESSAGE};
    for (unsigned i = 0; i < n_args; i++) {
        *entry++ = (struct channel_entry){args[i], CHANNEL_TAG_DATA};
    }
    for (size_t i = 0; i < n_words; i++) {
        size_t left = text_bytes - i * 8;

        word = 0;
        memcpy(&word, (const char *)text + i * 8, left < 8 ? left : 8);
        *entry++ = (struct channel_entry){word, CHANNEL_TAG_DATA};
    }
    slot->n_controls += 1 + n_args + n_words;
    delay_limit(slot, 1 + n_args + n_words);
    atomic_store_explicit(&slot->cursor, (uint64_t)entry, memory_order_release);
}

void producer_put_valued(struct channel *channel, struct channel_slot *slot,
                         uint64_t vaddr, uint32_t tag, const uint64_t *words,
                         unsigned n_words)
{
    struct channel_entry *entry;

    if (producer_cursor(slot) >= slot->limit) {
        producer_refill(channel, slot);
    }
    if (slot->end - producer_cursor(slot) < (1 + n_words) * ENTRY_BYTES) {
        next_chunk(channel, slot, channel->overflow == CHANNEL_OVERFLOW_WAIT);
    }
    /* The cursor moves once: an access is never seen without its value. */
    entry = (struct channel_entry *)producer_cursor(slot);
    *entry++ = (struct channel_entry){vaddr, tag};
    for (unsigned i = 0; i < n_words; i++) {
        *entry++ = (struct channel_entry){words[i], CHANNEL_TAG_VALUE};
    }
    slot->n_controls += n_words;
    delay_limit(slot, n_words);
    atomic_store_explicit(&slot->cursor, (uint64_t)entry, memory_order_release);
}

/*
 * A slot outside the channel, for a thread that is not recorded: the callback
 * has somewhere to write to and no case to tell apart.
 */
static struct channel_slot *private_slot(struct channel *channel,
                                         const struct producer_start *start)
{
    struct channel_slot *slot = start->spare;

    slot->number = start->number;
    start_discarding(channel, slot);
    return slot;
}

struct channel_slot *producer_attach(struct channel *channel,
                                     const struct producer_start *start)
{
    uint32_t index = channel_take_slot(channel);
    struct channel_slot *slot;
    uint32_t chunk;

    if (index == CHANNEL_NONE) {
        channel_stop(channel, CHANNEL_STOP_THREADS, 0);
        return private_slot(channel, start);
    }
    slot = channel_slot(channel, index);
    /* Beyond the soft limit if need be: a first chunk never waits. */
    chunk = channel_take_chunk(channel);
    if (chunk == CHANNEL_NONE) {
        channel_stop(channel, CHANNEL_STOP_THREADS, 0);
    }
    if (chunk == CHANNEL_NONE || !is_recording(channel)) {
        if (chunk != CHANNEL_NONE) {
            channel_chunk_drained(channel);
            channel_free_chunk(channel, chunk);
        }
        channel_give_slot(channel, index);
        return private_slot(channel, start);
    }
    slot->kind = start->kind;
    slot->number = start->number;
    slot->pid = start->pid;
    slot->tid = start->tid;
    slot->parent = start->parent;
    slot->parent_pid = start->parent_pid;
    slot->cause = start->cause;
    slot->base = (uint64_t)channel;
    slot->n_dropped = 0;
    slot->scratch = 0;
    slot->chunk_first = chunk;
    slot->start_time = stamp_now(channel);
    atomic_store(&slot->is_discarding, 0);
    producer_start_dense(channel, slot);
    open_chunk(channel, slot, chunk);
    atomic_store(&slot->state, CHANNEL_SLOT_ACTIVE);
    put_news(channel, slot);
    return slot;
}

unsigned producer_last_loads(struct channel *channel, struct channel_slot *slot,
                             uint32_t insn, uint64_t *vaddrs, unsigned most,
                             bool *is_all)
{
    const struct channel_entry *entry =
        (const struct channel_entry *)producer_cursor(slot);
    const struct channel_entry *start;
    unsigned n = 0;

    *is_all = false;
    if (is_private(channel, slot)) {
        return 0;
    }
    start = atomic_load(&slot->is_discarding)
                ? (const struct channel_entry *)slot->scratch
                : channel_chunk_entries(channel_chunk(channel, slot->chunk));
    while (entry > start && n < most) {
        uint32_t tag = (--entry)->tag;

        if (tag == CHANNEL_TAG_STAMP || tag == CHANNEL_TAG_VALUE) {
            continue;
        }
        if (tag >= CHANNEL_TAG_CONTROL || (tag & CHANNEL_TAG_STORE) != 0 ||
            tag >> CHANNEL_TAG_INSN_SHIFT != insn) {
            return n;
        }
        n++;
        memmove(vaddrs + 1, vaddrs, (n - 1) * sizeof(*vaddrs));
        vaddrs[0] = entry->value;
    }
    *is_all = entry == start;
    return n;
}

void producer_end(struct channel *channel, struct channel_slot *slot)
{
    if (is_private(channel, slot)) {
        free_scratch(slot);
        return;
    }
    if (atomic_load(&slot->is_discarding)) {
        count_discarded(slot);
        if (slot->n_dropped > 0 && is_recording(channel)) {
            next_chunk(channel, slot, true);
        }
    }
    if (!atomic_load(&slot->is_discarding)) {
        close_chunk(channel, slot);
    }
    free_scratch(slot);
    atomic_store(&slot->state, CHANNEL_SLOT_ENDED);
    put_news(channel, slot);
}
