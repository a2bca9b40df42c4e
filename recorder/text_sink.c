/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text_sink.c - a line an access, all threads merged by their stamps, while
 * the guest runs.
 *
 * A run is what lies between two stamps of a thread; its time is the first of
 * them.  The earliest run goes out once no other thread can come up with an
 * earlier one: each has shown a later run, or is in the kernel, from where it
 * comes back with a stamp.  A thread that does neither for long holds the
 * others up only as long as there is room in the channel.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "check.h"
#include "entries.h"
#include "recording.h"

#define RUN_MAX 256
#define OUT_BYTES ((size_t)1 << 20)

struct piece {
    struct piece *next;
    struct consumer_span span;
};

/* What a stream has that is not written yet. */
struct queue {
    struct piece *first;
    struct piece **last;
    uint32_t at;      /* entries of the first piece that are done with */
    uint64_t time;    /* the stamp that applies at that place */
    uint64_t read_at; /* all up to here has been taken, in ticks */
    bool is_blocked;  /* the last entry taken tells that a stamp is next */
    bool is_ended;
    uint32_t thread;
    bool is_process;
};

struct text_sink_data {
    struct queue **queues; /* those that are not empty or not ended */
    size_t n_queues, room_queues;
    char *out;
    size_t out_used;
    struct entries_message message;
};

static uint32_t tag_at(const struct channel_entry *entry)
{
    return ((const volatile struct channel_entry *)entry)->tag;
}

static uint64_t value_at(const struct channel_entry *entry)
{
    return ((const volatile struct channel_entry *)entry)->value;
}

static int open_text(struct recording *recording)
{
    struct text_sink_data *sink = calloc(1, sizeof(*sink));

    if (sink != NULL) {
        sink->out = malloc(OUT_BYTES);
    }
    if (sink == NULL || sink->out == NULL) {
        free(sink);
        recording_fail(recording, "out of memory");
        return -1;
    }
    recording->sink_data = sink;
    return 0;
}

static void flush(struct recording *recording)
{
    struct text_sink_data *sink = recording->sink_data;
    size_t done = 0;

    while (done < sink->out_used && !recording->has_stopped) {
        ssize_t n = write(recording->config->fd, sink->out + done,
                          sink->out_used - done);

        if (n < 0 && errno != EINTR) {
            recording_fail(recording, "cannot write the text: %s",
                           strerror(errno));
        }
        done += n > 0 ? n : 0;
    }
    recording->bytes += done;
    sink->out_used = 0;
}

/* The first piece is done with. */
static void drop_piece(struct recording *recording, struct queue *queue)
{
    struct piece *piece = queue->first;

    check(piece != NULL && queue->at <= piece->span.n_entries,
          "what is dropped was written, and no more");
    queue->first = piece->next;
    if (queue->first == NULL) {
        queue->last = &queue->first;
    }
    queue->at = 0;
    consumer_span_done(&recording->consumer, &piece->span);
    free(piece);
}

static uint32_t skip_message(struct recording *recording,
                             const struct channel_entry *entries, uint32_t n)
{
    struct text_sink_data *sink = recording->sink_data;
    uint32_t taken = entries_read_message(entries, n, &sink->message);

    if (taken == 0) {
        recording_fail(recording, "the channel is damaged");
        return n;
    }
    if (sink->message.type == CHANNEL_MESSAGE_LOST) {
        recording_count(recording, 0, 0, 0, 0, sink->message.args[0], 0);
    }
    return taken;
}

/* Is the message that starts at @entry a line of the text? */
static bool is_line(const struct channel_entry *entry)
{
    return channel_message_type(value_at(entry)) ==
           CHANNEL_MESSAGE_KERNEL_ACCESS;
}

/* Pass over what is no access. Return: whether an access is next. */
static bool find_access(struct recording *recording, struct queue *queue)
{
    while (queue->first != NULL) {
        const struct consumer_span *span = &queue->first->span;
        const struct channel_entry *entry = span->entries + queue->at;

        if (queue->at == span->n_entries) {
            drop_piece(recording, queue);
            continue;
        }
        if (queue->is_process) {
            queue->at = span->n_entries;
            continue;
        }
        switch (tag_at(entry)) {
        case CHANNEL_TAG_STAMP:
        case CHANNEL_TAG_STAMP_BLOCKED:
            queue->time = value_at(entry);
            queue->at++;
            break;
        case CHANNEL_TAG_MESSAGE:
            if (is_line(entry)) {
                return true;
            }
            queue->at +=
                skip_message(recording, entry, span->n_entries - queue->at);
            break;
        default:
            if (tag_at(entry) < CHANNEL_TAG_CONTROL) {
                return true;
            }
            recording_fail(recording, "the channel is damaged");
            queue->at = span->n_entries;
        }
    }
    return false;
}

static void reserve(struct recording *recording, size_t size)
{
    struct text_sink_data *sink = recording->sink_data;

    if (OUT_BYTES - sink->out_used < size) {
        flush(recording);
    }
    check(OUT_BYTES - sink->out_used >= size, "there is room for the lines");
}

/* An access of the kernel is not counted. */
static void write_kernel_access(struct recording *recording,
                                struct queue *queue)
{
    struct text_sink_data *sink = recording->sink_data;
    const struct consumer_span *span = &queue->first->span;
    struct memtrace_event event;

    queue->at += skip_message(recording, span->entries + queue->at,
                              span->n_entries - queue->at);
    if (recording->has_stopped || !entries_event(&sink->message, &event) ||
        event.type != MEMTRACE_EVENT_KERNEL_ACCESS) {
        return;
    }
    event.thread = queue->thread;
    reserve(recording, MEMTRACE_KERNEL_LINE_MAX);
    if (!recording->has_stopped) {
        sink->out_used +=
            memtrace_format_kernel(&event, sink->out + sink->out_used);
    }
}

/* The value of the access before, if it is next; there is room for it. */
static void take_value(struct queue *queue, struct memtrace_access *access,
                       struct memtrace_value *value)
{
    const struct consumer_span *span = &queue->first->span;
    uint64_t words[2] = {0, 0};
    unsigned n = 0;

    for (; n < 2 && queue->at < span->n_entries; n++, queue->at++) {
        const struct channel_entry *entry = span->entries + queue->at;

        if (tag_at(entry) != CHANNEL_TAG_VALUE) {
            break;
        }
        words[n] = value_at(entry);
    }
    *value = (struct memtrace_value){words[0], words[1]};
    access->flags |= n > 0 ? MEMTRACE_VALUE : 0;
}

/* Write the accesses up to the next stamp or message. */
static void write_run(struct recording *recording, struct queue *queue)
{
    struct text_sink_data *sink = recording->sink_data;
    const struct consumer_span *span = &queue->first->span;
    struct memtrace_access run[RUN_MAX];
    struct memtrace_value values[RUN_MAX];
    struct memtrace_batch batch = {
        .accesses = run,
        .values = recording->config->has_values ? values : NULL,
        .thread = queue->thread,
    };
    uint64_t n_stores = 0;

    if (tag_at(span->entries + queue->at) == CHANNEL_TAG_MESSAGE) {
        write_kernel_access(recording, queue);
        return;
    }
    while (queue->at < span->n_entries && batch.n_accesses < RUN_MAX) {
        const struct channel_entry *entry = span->entries + queue->at;
        uint32_t tag = tag_at(entry);

        if (tag >= CHANNEL_TAG_CONTROL) {
            break;
        }
        run[batch.n_accesses] = (struct memtrace_access){
            .vaddr = value_at(entry),
            .size = 1u << (tag & CHANNEL_TAG_SIZE_MASK),
            .flags = tag & CHANNEL_TAG_STORE ? MEMTRACE_STORE : 0,
        };
        n_stores += (tag & CHANNEL_TAG_STORE) != 0;
        queue->at++;
        if (batch.values != NULL) {
            take_value(queue, &run[batch.n_accesses],
                       &values[batch.n_accesses]);
        }
        batch.n_accesses++;
    }
    reserve(recording, batch.n_accesses * MEMTRACE_TEXT_LINE_MAX);
    if (!recording->has_stopped) {
        sink->out_used +=
            memtrace_format_text(&batch, sink->out + sink->out_used);
        recording_count(recording, queue->thread, batch.n_accesses - n_stores,
                        n_stores, 0, 0, queue->time);
    }
}

static void free_queue(struct text_sink_data *sink, size_t i)
{
    check(sink->queues[i]->first == NULL, "a queue that goes is empty");
    free(sink->queues[i]);
    sink->queues[i] = sink->queues[--sink->n_queues];
}

/*
 * The queue with the earliest run; *horizon is lowered to the time up to
 * which runs may go out, and *next to the time of the second earliest.
 */
static struct queue *earliest(struct recording *recording, uint64_t *horizon,
                              uint64_t *next)
{
    struct text_sink_data *sink = recording->sink_data;
    struct queue *first = NULL;

    *next = UINT64_MAX;
    for (size_t i = 0; i < sink->n_queues; i++) {
        struct queue *queue = sink->queues[i];

        if (find_access(recording, queue)) {
            if (first == NULL || queue->time < first->time ||
                (queue->time == first->time && queue->thread < first->thread)) {
                *next = first != NULL ? first->time : *next;
                first = queue;
            } else if (queue->time < *next) {
                *next = queue->time;
            }
        } else if (queue->is_ended) {
            free_queue(sink, i--);
        } else if (!queue->is_process) {
            uint64_t bound = queue->is_blocked ? queue->read_at : queue->time;

            *horizon = bound < *horizon ? bound : *horizon;
        }
    }
    return first;
}

/* Write runs in their order, those before @horizon. */
static void write_runs(struct recording *recording, uint64_t limit)
{
    for (;;) {
        uint64_t horizon = limit;
        uint64_t next;
        struct queue *queue = earliest(recording, &horizon, &next);

        if (limit == UINT64_MAX) {
            horizon = limit;
        }
        if (queue == NULL || queue->time >= horizon) {
            return;
        }
        do {
            write_run(recording, queue);
        } while (find_access(recording, queue) && queue->time < next &&
                 queue->time < horizon);
    }
}

static struct queue *queue_of(struct recording *recording,
                              struct stream *stream)
{
    struct text_sink_data *sink = recording->sink_data;
    struct queue *queue = stream->sink_data;

    if (queue != NULL) {
        return queue;
    }
    queue = calloc(1, sizeof(*queue));
    if (queue == NULL || array_reserve(sink->queues, sink->room_queues,
                                       sink->n_queues + 1) < 0) {
        free(queue);
        recording_fail(recording, "out of memory");
        return NULL;
    }
    *queue = (struct queue){
        .last = &queue->first,
        .time = stream->source.start_time,
        .thread = stream->source.number,
        .is_process = stream->source.kind == CHANNEL_SLOT_PROCESS,
    };
    sink->queues[sink->n_queues++] = queue;
    stream->sink_data = queue;
    return queue;
}

static void take(struct recording *recording, struct stream *stream,
                 const struct consumer_span *span)
{
    struct queue *queue = queue_of(recording, stream);
    struct piece *piece = malloc(sizeof(*piece));

    if (queue == NULL || piece == NULL) {
        free(piece);
        recording_fail(recording, "out of memory");
        consumer_span_done(&recording->consumer, span);
        return;
    }
    *piece = (struct piece){.span = *span};
    *queue->last = piece;
    queue->last = &piece->next;
    queue->is_blocked =
        span->n_entries > 0 && tag_at(&span->entries[span->n_entries - 1]) ==
                                   CHANNEL_TAG_STAMP_BLOCKED;
}

/* All streams were read at recording->looked_at or later. */
static void idle(struct recording *recording)
{
    struct text_sink_data *sink = recording->sink_data;
    struct channel *channel = recording->channel;
    bool is_pressed = channel_full_chunks(channel) > channel->soft_chunks / 2;

    for (size_t i = 0; i < sink->n_queues; i++) {
        sink->queues[i]->read_at = recording->looked_at;
    }
    write_runs(recording, is_pressed ? UINT64_MAX : recording->looked_at);
    flush(recording);
}

static void end(struct recording *recording, struct stream *stream)
{
    struct queue *queue = queue_of(recording, stream);

    if (queue != NULL) {
        queue->is_ended = true;
    }
    stream->sink_data = NULL;
}

static int close_text(struct recording *recording)
{
    struct text_sink_data *sink = recording->sink_data;

    write_runs(recording, UINT64_MAX);
    flush(recording);
    while (sink->n_queues > 0) {
        /* Stamps of a damaged channel may be later than all time. */
        while (sink->queues[0]->first != NULL) {
            drop_piece(recording, sink->queues[0]);
        }
        free_queue(sink, 0);
    }
    free(sink->queues);
    free(sink->out);
    free(sink);
    if (close(recording->config->fd) != 0) {
        recording_fail(recording, "cannot write the text: %s", strerror(errno));
    }
    return recording->has_failed ? -1 : 0;
}

const struct sink text_sink = {
    .reach = CONSUMER_ALL,
    .open = open_text,
    .take = take,
    .idle = idle,
    .end = end,
    .close = close_text,
};
