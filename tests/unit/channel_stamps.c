/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel_stamps.c - which accesses the producer stamps: by the interval, and
 * each at starts, after calls and in loops that wait.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "stamp_clock.h"
#include "consumer.h"
#include "producer.h"

#define TAG (1u << CHANNEL_TAG_INSN_SHIFT)
#define BUFFER_BYTES (16 * CHANNEL_CHUNK_BYTES) /* nobody reads meanwhile */
#define DENSE 100
#define INTERVAL 64
#define STAMPED_MAX 6000

/* One thread's accesses, and which have a stamp of their own. */
struct stamped {
    struct channel *channel;
    struct consumer consumer;
    struct consumer_stream stream;
    struct channel_slot *slot;
    bool is_stamped[STAMPED_MAX];
    unsigned n;
};

static void open_stamped(struct stamped *s, uint32_t n_dense)
{
    struct channel_config config = {
        .buffer_bytes = BUFFER_BYTES,
        .stamp_interval = INTERVAL,
        .n_dense = n_dense,
    };
    struct producer_start start = {
        .kind = CHANNEL_SLOT_THREAD,
        .pid = 1,
        .tid = 1,
        .parent = CHANNEL_NO_THREAD,
    };
    int fd;

    memset(s, 0, sizeof(*s));
    s->channel = channel_create(&config, &fd);
    assert_non_null(s->channel);
    close(fd);
    assert_int_equal(consumer_init(&s->consumer, s->channel), 0);
    pthread_mutex_lock(&s->channel->recorder_life);
    atomic_store(&s->channel->state, CHANNEL_RECORDING);
    s->slot = producer_attach(s->channel, &start);
    assert_int_equal(consumer_open(&s->consumer, 0, &s->stream), 0);
}

static void put_n(struct stamped *s, unsigned n, uint64_t first,
                  unsigned period, unsigned n_distinct)
{
    for (unsigned i = 0; i < n; i++) {
        producer_put(s->channel, s->slot, first + i % period % n_distinct, TAG);
    }
}

static void read_stamped(struct stamped *s)
{
    struct consumer_span span;
    bool is_stamped = false;

    producer_end(s->channel, s->slot);
    while (consumer_next(&s->consumer, &s->stream, CONSUMER_LAST, &span) == 1) {
        for (uint32_t i = 0; i < span.n_entries; i++) {
            if (span.entries[i].tag >> CHANNEL_TAG_INSN_SHIFT == 1) {
                assert_in_range(s->n, 0, STAMPED_MAX - 1);
                s->is_stamped[s->n++] = is_stamped;
            }
            is_stamped = span.entries[i].tag == CHANNEL_TAG_STAMP;
        }
        consumer_span_done(&s->consumer, &span);
    }
    consumer_close(&s->consumer, &s->stream);
    consumer_free(&s->consumer);
    channel_unmap(s->channel);
}

static unsigned count_stamped(const struct stamped *s, unsigned from,
                              unsigned to)
{
    unsigned n = 0;

    for (unsigned i = from; i < to; i++) {
        n += s->is_stamped[i];
    }
    return n;
}

/* Starts, and after a call goes on, with accesses that never repeat. */
static void put_after_starts(struct stamped *s, uint32_t n_dense)
{
    open_stamped(s, n_dense);
    put_n(s, 300, 1000, 300, 300);
    producer_start_dense(s->channel, s->slot);
    producer_stamp(s->channel, s->slot, stamp_before(s->channel), false);
    put_n(s, 300, 2000, 300, 300);
    read_stamped(s);
    assert_int_equal(s->n, 600);
}

/* Each of the first, then one after every interval; and so after a call. */
static void starts_are_dense(void **state)
{
    struct stamped s;

    (void)state;
    put_after_starts(&s, DENSE);
    for (unsigned i = 0; i < 600; i++) {
        unsigned k = i % 300;

        assert_int_equal(s.is_stamped[i],
                         k < DENSE || (k - DENSE) % INTERVAL == 0);
    }
    put_after_starts(&s, 0);
    for (unsigned i = 0; i < 600; i++) {
        assert_int_equal(s.is_stamped[i], i % 300 % INTERVAL == 0);
    }
}

/* A turn of @period accesses over and over, across chunks, before others. */
static void wait_for_store(struct stamped *s, uint32_t n_dense, unsigned period,
                           unsigned n_distinct)
{
    open_stamped(s, n_dense);
    put_n(s, 100, 1000, 100, 100);
    put_n(s, 5000, 5000, period, n_distinct);
    put_n(s, 500, 10000, 500, 500);
    read_stamped(s);
    assert_int_equal(s->n, 5600);
}

static void loops_that_wait_are_dense(void **state)
{
    static const struct {
        unsigned period;
        unsigned n_distinct; /* the first ones come twice in a turn */
    } loops[] = {{1, 1}, {3, 3}, {30, 30}, {30, 26}, {48, 48}};
    struct stamped s;

    (void)state;
    for (unsigned i = 0; i < sizeof(loops) / sizeof(loops[0]); i++) {
        wait_for_store(&s, DENSE, loops[i].period, loops[i].n_distinct);
        /* Seen at the latest where two intervals lie in the loop. */
        assert_int_equal(count_stamped(&s, 100 + 3 * INTERVAL, 5100),
                         5000 - 3 * INTERVAL);
        /* A while after it, and then no more: one in each interval. */
        assert_in_range(count_stamped(&s, 5100 + 2 * INTERVAL, 5600), 5, 7);
    }
}

static void other_loops_are_not(void **state)
{
    struct stamped s;

    (void)state;
    wait_for_store(&s, DENSE, 60, 60);
    assert_in_range(count_stamped(&s, 100, 5600), 5500 / INTERVAL,
                    5500 / INTERVAL + 10);
    /* A counter in memory, that is loaded and stored. */
    open_stamped(&s, DENSE);
    for (unsigned i = 0; i < 3000; i++) {
        producer_put(s.channel, s.slot, 5000,
                     TAG | (i % 2 ? CHANNEL_TAG_STORE : 0));
    }
    read_stamped(&s);
    assert_in_range(count_stamped(&s, DENSE, 3000), 3000 / INTERVAL - 5,
                    3000 / INTERVAL + 5);
    /* None without the option. */
    wait_for_store(&s, 0, 1, 1);
    assert_in_range(count_stamped(&s, 100, 5600), 5500 / INTERVAL,
                    5500 / INTERVAL + 10);
}

/* Where a start's stamps end early in a chunk, which tells of no loop yet. */
static void waiting_goes_on_in_a_new_chunk(void **state)
{
    struct stamped s;

    (void)state;
    for (uint32_t n_dense = 1300; n_dense < 1500; n_dense += 5) {
        wait_for_store(&s, n_dense, 30, 30);
        assert_int_equal(count_stamped(&s, 0, 5100), 5100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_are_dense),
        cmocka_unit_test(loops_that_wait_are_dense),
        cmocka_unit_test(other_loops_are_not),
        cmocka_unit_test(waiting_goes_on_in_a_new_chunk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
