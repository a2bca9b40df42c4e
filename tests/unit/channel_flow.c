/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel_flow.c - from producers to the consumer and back: nothing is lost,
 * nothing comes twice, what is dropped is counted, and a damaged channel is
 * noticed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "consumer.h"
#include "producer.h"

#define N_THREADS 8
#define N_ACCESSES 200000u
#define TAG (1u << CHANNEL_TAG_INSN_SHIFT)
#define SMALLEST_BUFFER (8 * CHANNEL_CHUNK_BYTES)

struct fixture {
    struct channel *channel;
    struct consumer consumer;
};

static void open_channel(struct fixture *f, uint32_t overflow,
                         uint32_t stamp_interval)
{
    struct channel_config config = {
        .buffer_bytes = SMALLEST_BUFFER,
        .stamp_interval = stamp_interval,
        .overflow = overflow,
    };
    int fd;

    f->channel = channel_create(&config, &fd);
    assert_non_null(f->channel);
    close(fd);
    assert_int_equal(consumer_init(&f->consumer, f->channel), 0);
    pthread_mutex_lock(&f->channel->recorder_life);
    atomic_store(&f->channel->state, CHANNEL_RECORDING);
}

static void close_channel(struct fixture *f)
{
    consumer_free(&f->consumer);
    channel_unmap(f->channel);
}

static struct channel_slot *attach(struct channel *channel, uint32_t number)
{
    static struct channel_slot spares[2];
    struct producer_start start = {
        .kind = CHANNEL_SLOT_THREAD,
        .number = number,
        .pid = 1,
        .tid = 1 + number,
        .parent = CHANNEL_NO_THREAD,
        .spare = &spares[number % 2],
    };

    return producer_attach(channel, &start);
}

/* What a consumer has seen of one thread. */
struct seen {
    uint64_t next; /* the value that must come */
    uint64_t n_accesses;
    uint64_t n_lost;
    uint64_t last_stamp;
    uint64_t n_stamps;
    bool has_gap; /* values may jump after a LOST */
};

static void see(struct seen *seen, const struct consumer_span *span)
{
    uint32_t n_controls = 0;

    for (uint32_t i = 0; i < span->n_entries; i++) {
        const struct channel_entry *entry = &span->entries[i];

        n_controls += entry->tag >= CHANNEL_TAG_CONTROL;
        if (entry->tag == CHANNEL_TAG_STAMP) {
            assert_true(entry->value >= seen->last_stamp);
            seen->last_stamp = entry->value;
            seen->n_stamps++;
        } else if (entry->tag == CHANNEL_TAG_MESSAGE) {
            if (channel_message_type(entry->value) == CHANNEL_MESSAGE_LOST) {
                seen->n_lost += entry[1].value;
                seen->has_gap = true;
            }
        } else if (entry->tag == TAG) {
            if (!seen->has_gap) {
                assert_int_equal(entry->value, seen->next);
            }
            assert_true(entry->value >= seen->next);
            seen->next = entry->value + 1;
            seen->has_gap = false;
            seen->n_accesses++;
        }
    }
    if (span->n_controls != 0) {
        assert_int_equal(span->n_controls, n_controls);
        /* A whole chunk can be read without the one before it. */
        assert_int_equal(span->entries[0].tag, CHANNEL_TAG_STAMP);
    }
}

static void *produce(void *argument)
{
    struct channel_slot *slot = argument;
    struct channel *channel = (struct channel *)slot->base;

    for (uint64_t i = 0; i < N_ACCESSES; i++) {
        producer_put(channel, slot, i, TAG);
        if (i % 1000 == 0) {
            producer_message(channel, slot, CHANNEL_MESSAGE_UNMAP, &i, 1,
                             "some text", 9);
        }
    }
    producer_end(channel, slot);
    return NULL;
}

/* Drain until all streams have ended. */
static void drain(struct fixture *f, struct consumer_stream *streams,
                  struct seen *seen, size_t n)
{
    size_t n_open = n;
    bool is_open[N_THREADS];

    memset(is_open, 1, sizeof(is_open));
    while (n_open > 0) {
        for (size_t i = 0; i < n; i++) {
            struct channel_slot *slot =
                channel_slot(f->channel, streams[i].slot);
            bool has_ended = atomic_load(&slot->state) == CHANNEL_SLOT_ENDED;
            struct consumer_span span;

            while (is_open[i] &&
                   consumer_next(&f->consumer, &streams[i],
                                 has_ended ? CONSUMER_LAST : CONSUMER_ALL,
                                 &span) == 1) {
                see(&seen[i], &span);
                consumer_span_done(&f->consumer, &span);
            }
            if (is_open[i] && has_ended) {
                consumer_close(&f->consumer, &streams[i]);
                is_open[i] = false;
                n_open--;
            }
        }
    }
}

static void run_threads(struct fixture *f, struct seen *seen)
{
    struct consumer_stream streams[N_THREADS];
    pthread_t threads[N_THREADS];

    for (uint32_t i = 0; i < N_THREADS; i++) {
        struct channel_slot *slot = attach(f->channel, i);

        assert_int_equal(consumer_open(&f->consumer,
                                       slot - channel_slot(f->channel, 0),
                                       &streams[i]),
                         0);
        assert_int_equal(streams[i].number, i);
        pthread_create(&threads[i], NULL, produce, slot);
    }
    drain(f, streams, seen, N_THREADS);
    for (uint32_t i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&f->channel->n_used_chunks), 0);
}

/* More threads than the buffer has chunks: they must not hold each other. */
static void waiting_loses_nothing(void **state)
{
    struct seen seen[N_THREADS] = {{0}};
    struct fixture f;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    run_threads(&f, seen);
    for (int i = 0; i < N_THREADS; i++) {
        assert_int_equal(seen[i].n_accesses, N_ACCESSES);
        assert_int_equal(seen[i].n_lost, 0);
        assert_true(seen[i].n_stamps >= N_ACCESSES / 64);
    }
    close_channel(&f);
}

/* Threads that sleep keep a chunk each: others must not wait for them. */
static void sleepers_hold_nobody_up(void **state)
{
    struct seen seen = {0};
    struct consumer_stream stream;
    struct channel_slot *slot;
    struct fixture f;
    pthread_t thread;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    for (uint32_t i = 0; i < 2 * f.channel->soft_chunks; i++) {
        attach(f.channel, 100 + i);
    }
    slot = attach(f.channel, 0);
    assert_int_equal(
        consumer_open(&f.consumer, slot - channel_slot(f.channel, 0), &stream),
        0);
    pthread_create(&thread, NULL, produce, slot);
    drain(&f, &stream, &seen, 1);
    pthread_join(thread, NULL);
    assert_int_equal(seen.n_accesses, N_ACCESSES);
    close_channel(&f);
}

static void dropping_counts(void **state)
{
    struct seen seen[N_THREADS] = {{0}};
    struct fixture f;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_DROP, 64);
    run_threads(&f, seen);
    for (int i = 0; i < N_THREADS; i++) {
        assert_int_equal(seen[i].n_accesses + seen[i].n_lost, N_ACCESSES);
    }
    close_channel(&f);
}

static void each_access_stamped(void **state)
{
    struct seen seen = {0};
    struct consumer_stream stream;
    struct channel_slot *slot;
    struct fixture f;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 1);
    slot = attach(f.channel, 0);
    assert_int_equal(consumer_open(&f.consumer, 0, &stream), 0);
    for (uint64_t i = 0; i < 1000; i++) {
        producer_put(f.channel, slot, i, TAG);
    }
    producer_end(f.channel, slot);
    drain(&f, &stream, &seen, 1);
    assert_int_equal(seen.n_accesses, 1000);
    assert_true(seen.n_stamps >= 1000);
    close_channel(&f);
}

/* A killed producer never ends its slot: all up to the cursor is there. */
static void *produce_valued(void *argument)
{
    struct channel_slot *slot = argument;
    struct channel *channel = (struct channel *)slot->base;

    for (uint64_t i = 0; i < N_ACCESSES; i++) {
        const uint64_t words[2] = {~i, i + 1};

        producer_put_valued(channel, slot, i, TAG, words, i % 3);
    }
    producer_end(channel, slot);
    return NULL;
}

/* Behind each access are its values, in every chunk. */
static void check_values(const struct consumer_span *span)
{
    for (uint32_t i = 0; i < span->n_entries; i++) {
        const struct channel_entry *entry = &span->entries[i];
        uint64_t n = entry->value % 3;

        if (entry->tag != TAG) {
            continue;
        }
        assert_in_range(n, 0, span->n_entries - 1 - i);
        for (uint64_t k = 0; k < n; k++) {
            assert_int_equal(entry[1 + k].tag, CHANNEL_TAG_VALUE);
            assert_int_equal(entry[1 + k].value,
                             k == 0 ? ~entry->value : entry->value + 1);
        }
    }
}

static void flow_valued(uint32_t overflow)
{
    struct consumer_stream stream;
    struct consumer_span span;
    struct channel_slot *slot;
    struct seen seen = {0};
    struct fixture f;
    pthread_t thread;
    bool has_ended;

    open_channel(&f, overflow, 64);
    slot = attach(f.channel, 0);
    assert_int_equal(consumer_open(&f.consumer, 0, &stream), 0);
    pthread_create(&thread, NULL, produce_valued, slot);
    do {
        has_ended = atomic_load(&slot->state) == CHANNEL_SLOT_ENDED;
        while (consumer_next(&f.consumer, &stream,
                             has_ended ? CONSUMER_LAST : CONSUMER_ALL,
                             &span) == 1) {
            check_values(&span);
            see(&seen, &span);
            consumer_span_done(&f.consumer, &span);
        }
    } while (!has_ended);
    pthread_join(thread, NULL);
    assert_int_equal(seen.n_accesses + seen.n_lost, N_ACCESSES);
    if (overflow == CHANNEL_OVERFLOW_WAIT) {
        assert_int_equal(seen.n_lost, 0);
        /* Every 64 accesses, values or not, and at the start of a chunk. */
        assert_in_range(seen.n_stamps, N_ACCESSES / 64,
                        N_ACCESSES / 64 + 3 * N_ACCESSES / 2000);
    }
    consumer_close(&f.consumer, &stream);
    close_channel(&f);
}

static void values_stay_with_their_accesses(void **state)
{
    (void)state;
    flow_valued(CHANNEL_OVERFLOW_WAIT);
    flow_valued(CHANNEL_OVERFLOW_DROP);
}

static void unfinished_chunk_is_read(void **state)
{
    struct seen seen = {0};
    struct consumer_stream stream;
    struct consumer_span span;
    struct channel_slot *slot;
    struct fixture f;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    slot = attach(f.channel, 0);
    for (uint64_t i = 0; i < 10000; i++) {
        producer_put(f.channel, slot, i, TAG);
    }
    assert_int_equal(consumer_open(&f.consumer, 0, &stream), 0);
    while (consumer_next(&f.consumer, &stream, CONSUMER_LAST, &span) == 1) {
        see(&seen, &span);
        consumer_span_done(&f.consumer, &span);
    }
    consumer_close(&f.consumer, &stream);
    assert_int_equal(seen.n_accesses, 10000);
    assert_int_equal(atomic_load(&f.channel->n_used_chunks), 0);
    close_channel(&f);
}

static void stopped_recording_forgets(void **state)
{
    struct channel_slot *slot;
    struct channel_slot *late;
    struct fixture f;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    slot = attach(f.channel, 0);
    atomic_store(&f.channel->state, CHANNEL_STOPPED);
    for (uint64_t i = 0; i < N_ACCESSES; i++) {
        producer_put(f.channel, slot, i, TAG);
    }
    late = attach(f.channel, 1);
    assert_non_null(late);
    for (uint64_t i = 0; i < N_ACCESSES; i++) {
        producer_put(f.channel, late, i, TAG);
    }
    producer_message(f.channel, late, CHANNEL_MESSAGE_META, NULL, 0, "a=b", 3);
    producer_end(f.channel, late);
    producer_end(f.channel, slot);
    close_channel(&f);
}

static void the_guest_stops_the_recording(void **state)
{
    struct fixture f;
    int error = -1;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    assert_null(channel_stop_reason(f.channel, &error));
    assert_int_equal(error, 0);
    channel_stop(f.channel, CHANNEL_STOP_MAPPINGS, EMFILE);
    assert_int_equal(atomic_load(&f.channel->state), CHANNEL_STOPPED);
    /* The first reason counts. */
    channel_stop(f.channel, CHANNEL_STOP_MEMORY, 0);
    assert_string_equal(channel_stop_reason(f.channel, &error),
                        "the list of QEMU's mappings cannot be read");
    assert_int_equal(error, EMFILE);
    /* The guest's stray stores. */
    atomic_store(&f.channel->stop, 0x1234);
    assert_string_equal(channel_stop_reason(f.channel, &error),
                        "the channel is damaged");
    close_channel(&f);
}

static void a_recording_that_is_over_is_not_stopped(void **state)
{
    struct fixture f;
    int error;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    atomic_store(&f.channel->state, CHANNEL_DONE);
    channel_stop(f.channel, CHANNEL_STOP_MEMORY, 0);
    assert_int_equal(atomic_load(&f.channel->state), CHANNEL_DONE);
    assert_null(channel_stop_reason(f.channel, &error));
    close_channel(&f);
}

static void a_thread_without_a_slot_stops_it(void **state)
{
    struct channel_slot *slot;
    struct fixture f;
    int error;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    atomic_store(&f.channel->fresh_slot, CHANNEL_SLOTS);
    slot = attach(f.channel, 0);
    for (uint64_t i = 0; i < N_ACCESSES; i++) {
        producer_put(f.channel, slot, i, TAG);
    }
    producer_end(f.channel, slot);
    assert_string_equal(channel_stop_reason(f.channel, &error),
                        "too many threads at once");
    close_channel(&f);
}

static void a_thread_without_a_chunk_stops_it(void **state)
{
    struct channel_slot *slot;
    struct fixture f;
    int error;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    atomic_store(&f.channel->fresh_chunk, f.channel->n_chunks);
    slot = attach(f.channel, 0);
    producer_put(f.channel, slot, 0, TAG);
    producer_end(f.channel, slot);
    assert_string_equal(channel_stop_reason(f.channel, &error),
                        "too many threads at once");
    close_channel(&f);
}

/* The recorder's thread dies with the mutex: a producer must notice. */
static void *die(void *argument)
{
    struct channel *channel = argument;

    pthread_mutex_lock(&channel->recorder_life);
    return NULL;
}

static void dead_recorder_is_noticed(void **state)
{
    struct fixture f;
    pthread_t thread;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    assert_true(channel_recorder_is_alive(f.channel));
    pthread_mutex_unlock(&f.channel->recorder_life);
    pthread_create(&thread, NULL, die, f.channel);
    pthread_join(thread, NULL);
    assert_false(channel_recorder_is_alive(f.channel));
    assert_false(channel_recorder_is_alive(f.channel));
    close_channel(&f);
}

static void expect_broken(struct fixture *f, struct consumer_stream *stream)
{
    struct consumer_span span;
    int n;

    while ((n = consumer_next(&f->consumer, stream, CONSUMER_ALL, &span)) ==
           1) {
        assert_true(span.n_entries <=
                    CHANNEL_CHUNK_ENTRY_BYTES / sizeof(*span.entries));
        consumer_span_done(&f->consumer, &span);
    }
    assert_int_equal(n, -1);
}

/* The guest has written into the channel. */
static void damage_is_noticed(void **state)
{
    struct consumer_stream stream;
    struct channel_chunk *chunk;
    struct channel_slot *slot;
    struct fixture f;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    slot = attach(f.channel, 0);
    assert_int_equal(consumer_open(&f.consumer, 0, &stream), 0);
    chunk = channel_chunk(f.channel, slot->chunk);

    atomic_store(&chunk->bytes, CHANNEL_CHUNK_BYTES * 2);
    expect_broken(&f, &stream);
    atomic_store(&chunk->bytes, 12 * 5 + 1);
    expect_broken(&f, &stream);

    atomic_store(&chunk->bytes, 12);
    atomic_store(&chunk->next, UINT32_MAX);
    expect_broken(&f, &stream);
    atomic_store(&chunk->next, slot->chunk + 1); /* to itself */
    expect_broken(&f, &stream);

    slot->chunk_first = UINT32_MAX;
    assert_int_equal(consumer_open(&f.consumer, 0, &stream), -1);
    slot->kind = 77;
    assert_int_equal(consumer_open(&f.consumer, 0, &stream), -1);

    atomic_store(&f.channel->free_chunks, 0xffffffffffffffffull);
    assert_true(channel_take_chunk(f.channel) < f.channel->n_chunks);
    close_channel(&f);
}

/* Two chunks that are linked to each other, and read by the end. */
static void links_in_a_circle_end(void **state)
{
    struct consumer_stream stream;
    struct consumer_span span;
    struct channel_slot *slot;
    struct fixture f;
    unsigned n = 0;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    slot = attach(f.channel, 0);
    assert_int_equal(consumer_open(&f.consumer, 0, &stream), 0);
    for (uint32_t i = 0; i < 2; i++) {
        struct channel_chunk *chunk = channel_chunk(f.channel, i);

        assert_int_equal(slot->chunk, 0);
        atomic_store(&chunk->bytes, 12);
        atomic_store(&chunk->next, 2 - i);
    }
    while (n < 1000 &&
           consumer_next(&f.consumer, &stream, CONSUMER_LAST, &span) == 1) {
        consumer_span_done(&f.consumer, &span);
        n++;
    }
    assert_in_range(n, 2, 4);
    close_channel(&f);
}

/* Nobody can be led outside by what the header says. */
static void places_are_constant(void **state)
{
    struct channel_slot *slot;
    struct fixture f;

    (void)state;
    open_channel(&f, CHANNEL_OVERFLOW_WAIT, 64);
    slot = channel_slot(f.channel, 7);
    memset(f.channel, 0xa5, offsetof(struct channel, state));
    assert_ptr_equal(channel_slot(f.channel, 7), slot);
    assert_ptr_equal(channel_chunk(f.channel, 0),
                     (char *)f.channel + CHANNEL_CHUNKS_OFFSET);
    consumer_free(&f.consumer);
}

static void foreign_memory_is_refused(void **state)
{
    int fd;
    struct channel_config config = {
        .buffer_bytes = SMALLEST_BUFFER,
        .stamp_interval = 64,
    };
    struct channel *channel = channel_create(&config, &fd);
    struct channel *again;

    (void)state;
    assert_non_null(channel);
    again = channel_map(fd);
    assert_non_null(again);
    channel_unmap(again);
    channel->n_chunks = UINT32_MAX;
    assert_null(channel_map(fd));
    channel->magic = 0;
    assert_null(channel_map(fd));
    assert_int_equal(ftruncate(fd, 100), 0);
    assert_null(channel_map(fd));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_loses_nothing),
        cmocka_unit_test(sleepers_hold_nobody_up),
        cmocka_unit_test(dropping_counts),
        cmocka_unit_test(each_access_stamped),
        cmocka_unit_test(values_stay_with_their_accesses),
        cmocka_unit_test(unfinished_chunk_is_read),
        cmocka_unit_test(stopped_recording_forgets),
        cmocka_unit_test(the_guest_stops_the_recording),
        cmocka_unit_test(a_recording_that_is_over_is_not_stopped),
        cmocka_unit_test(a_thread_without_a_slot_stops_it),
        cmocka_unit_test(a_thread_without_a_chunk_stops_it),
        cmocka_unit_test(dead_recorder_is_noticed),
        cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(links_in_a_circle_end),
        cmocka_unit_test(places_are_constant),
        cmocka_unit_test(foreign_memory_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
