/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_allocation_counts.c - accesses by the place that allocated what they
 * go to: made-up ones, and random ones against a plain count, by one worker and
 * by several.
 */
#include "trace_helpers.h"

#include "allocation_counts.h"
#include "pass.h"

#define PID 100

static struct memtrace_writer *writer;
static struct memtrace_encoder *encoder;
static char path[64];
static uint64_t n_written[3];

static void begin(void)
{
    temp_path(path);
    writer = open_writer(path);
    encoder = memtrace_encoder_new();
    assert_non_null(encoder);
    memset(n_written, 0, sizeof(n_written));
}

static void begin_block(uint32_t thread, uint64_t time)
{
    memtrace_encoder_begin(encoder, thread, n_written[thread], time);
}

static void event_at(uint64_t time, unsigned type, uint64_t a, uint64_t b,
                     uint64_t c, const char *text)
{
    struct memtrace_event event = {
        .type = (uint16_t)type, .n_args = 3, .args = {a, b, c}, .text = text};

    memtrace_encoder_stamp(encoder, time);
    assert_int_equal(memtrace_encoder_event(encoder, &event), 0);
}

static void allocate(uint64_t time, uint64_t vaddr, uint64_t size,
                     uint64_t place)
{
    event_at(time, MEMTRACE_EVENT_ALLOCATE, vaddr, size, place, "malloc");
}

static void release(uint64_t time, uint64_t vaddr)
{
    event_at(time, MEMTRACE_EVENT_FREE, vaddr, 0, 0, "free");
}

static void access_at(uint32_t thread, uint64_t time, uint64_t vaddr,
                      bool is_store, bool is_atomic)
{
    struct memtrace_packed packed = {vaddr,
                                     make_tag(1, is_store, is_atomic, 2)};

    memtrace_encoder_stamp(encoder, time);
    assert_int_equal(memtrace_encoder_accesses(encoder, &packed, 1), 1);
    n_written[thread]++;
}

/* Process 100 has threads 0 and 1, its fork, process 101, has thread 2. */
static struct memtrace_reader *end(void)
{
    struct memtrace_thread threads[3];
    struct memtrace_reader *reader;

    for (uint32_t i = 0; i < 3; i++) {
        threads[i] = (struct memtrace_thread){
            .number = i, .pid = PID + i / 2, .tid = PID + i, .parent = i - 1};
    }
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, threads, 3, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    unlink(path);
    return reader;
}

static struct pass_item run(struct memtrace_reader *reader,
                            const struct allocations *settings,
                            unsigned n_workers)
{
    struct pass_config config = {.n_workers = n_workers};
    struct pass_item item = {.analysis = &analysis_allocations,
                             .settings = settings};

    assert_int_equal(pass_run(reader, &config, &item, 1), 0);
    return item;
}

/* The count of a place; there is one of that. */
static const struct memory_count *count_of(const struct pass_item *item,
                                           const struct allocations *of,
                                           uint64_t pid, uint64_t place)
{
    const struct memory_count *found = NULL;

    for (size_t i = 0; i < allocations_n_sites(of); i++) {
        const struct allocation_site *site = allocations_site(of, i);

        if (site->pid == pid && site->return_to == place) {
            assert_null(found);
            found = &allocation_counts(item->state)->sites[i];
        }
    }
    assert_non_null(found);
    return found;
}

static void accesses_go_to_the_place_that_allocated(void **state)
{
    struct memtrace_reader *reader;
    const struct memory_count *count;
    struct allocations *of;
    struct pass_item item;

    (void)state;
    begin();
    begin_block(0, 1);
    event_at(1, MEMTRACE_EVENT_PROCESS_START, PID, 1, 0, "start");
    access_at(0, 2, 0x5000, true, false); /* before there is a block */
    allocate(3, 0x5000, 64, 0xa);
    access_at(0, 4, 0x5000, true, false);
    access_at(0, 4, 0x503c, false, false);
    access_at(0, 4, 0x5040, false, false); /* behind it */
    allocate(5, 0x5040, 16, 0xb);
    access_at(0, 6, 0x5040, false, true);
    release(7, 0x5000);
    access_at(0, 8, 0x5000, true, false); /* it is no block any more */
    allocate(9, 0x5000, 32, 0xb);
    access_at(0, 10, 0x5000, true, false);
    end_block(encoder, writer);
    begin_block(1, 4);
    access_at(1, 4, 0x5008, false, false);
    access_at(1, 10, 0x5004, true, true);
    end_block(encoder, writer);
    reader = end();
    assert_int_equal(allocations_new(reader, &of), 0);
    item = run(reader, of, 1);
    count = count_of(&item, of, PID, 0xa);
    assert_int_equal(count->n[0], 2);
    assert_int_equal(count->n[1], 1);
    assert_int_equal(count->n_atomics, 0);
    assert_int_equal(count->who[0], MEMORY_SEVERAL);
    assert_int_equal(count->who[1], 1); /* T0 */
    count = count_of(&item, of, PID, 0xb);
    assert_int_equal(count->n[0], 1);
    assert_int_equal(count->n[1], 2);
    assert_int_equal(count->n_atomics, 2);
    assert_int_equal(count->who[0], 1);
    assert_int_equal(count->who[1], MEMORY_SEVERAL);
    assert_int_equal(allocation_counts(item.state)->n_outside, 3);
    pass_end(&item, 1);
    allocations_free(of);
    memtrace_close(reader);
}

/* One address, a block of each process: the parent's, and its copy. */
static void processes_have_blocks_of_their_own(void **state)
{
    struct memtrace_reader *reader;
    struct allocations *of;
    struct pass_item item;

    (void)state;
    begin();
    begin_block(0, 1);
    event_at(1, MEMTRACE_EVENT_PROCESS_START, PID, 1, 0, "start");
    access_at(0, 1, 0x5000, true, false);
    allocate(2, 0x5000, 64, 0xa);
    access_at(0, 3, 0x5000, true, false);
    access_at(0, 8, 0x5000, true, false);
    release(9, 0x5000);
    end_block(encoder, writer);
    begin_block(2, 4);
    event_at(4, MEMTRACE_EVENT_PROCESS_START, PID + 1, PID, 0, "fork");
    access_at(2, 5, 0x5000, true, false);
    release(6, 0x5000);
    allocate(6, 0x5000, 64, 0xc);
    access_at(2, 7, 0x5000, false, false);
    allocate(9, 0x6000, 64, 0xa);
    access_at(2, 10, 0x6000, true, false);
    end_block(encoder, writer);
    reader = end();
    assert_int_equal(allocations_new(reader, &of), 0);
    item = run(reader, of, 1);
    assert_int_equal(count_of(&item, of, PID, 0xa)->n[1], 3);
    assert_int_equal(count_of(&item, of, PID, 0xa)->n[0], 0);
    assert_int_equal(count_of(&item, of, PID + 1, 0xc)->n[0], 1);
    assert_int_equal(count_of(&item, of, PID + 1, 0xa)->n[1], 1);
    assert_int_equal(allocation_counts(item.state)->n_outside, 1);
    pass_end(&item, 1);
    allocations_free(of);
    memtrace_close(reader);
}

#define PLACES 7u
#define BLOCKS 40u
#define ACCESSES 4000u

/* Blocks of fixed addresses come and go; a plain list knows which lives. */
static void random_ones_are_counted_as_one_by_one(void **state)
{
    uint64_t expected[PLACES][2] = {{0}}, n_outside = 0, r = 99, time = 10;
    uint64_t size[BLOCKS] = {0}, place[BLOCKS];
    struct memtrace_reader *reader;
    struct allocations *of;

    (void)state;
    begin();
    begin_block(0, 1);
    event_at(1, MEMTRACE_EVENT_PROCESS_START, PID, 1, 0, "start");
    for (unsigned i = 0; i < ACCESSES; i++) {
        uint64_t block = next_random(&r) % BLOCKS;
        uint64_t vaddr = 0x10000 + block * 256 + next_random(&r) % 256;
        bool is_store = next_random(&r) % 2;

        time++;
        if (next_random(&r) % 10 == 0) {
            if (size[block]) {
                release(time, 0x10000 + block * 256);
                size[block] = 0;
            } else {
                size[block] = 1 + next_random(&r) % 256;
                place[block] = next_random(&r) % PLACES;
                allocate(time, 0x10000 + block * 256, size[block],
                         0x100 + place[block]);
            }
            time++;
        }
        access_at(0, time, vaddr, is_store, false);
        if ((vaddr & 255) < size[block]) {
            expected[place[block]][is_store]++;
        } else {
            n_outside++;
        }
        if (i % 300 == 299) {
            end_block(encoder, writer);
            begin_block(0, time);
        }
    }
    end_block(encoder, writer);
    reader = end();
    assert_int_equal(allocations_new(reader, &of), 0);
    assert_int_equal(allocations_n_sites(of), PLACES);
    for (unsigned n_workers = 1; n_workers <= 4; n_workers++) {
        /* Its own table, and one that was given. */
        struct pass_item item =
            run(reader, n_workers % 2 ? of : NULL, n_workers);

        for (uint64_t i = 0; i < PLACES; i++) {
            const struct memory_count *count =
                count_of(&item, of, PID, 0x100 + i);

            assert_int_equal(count->n[0], expected[i][0]);
            assert_int_equal(count->n[1], expected[i][1]);
        }
        assert_int_equal(allocation_counts(item.state)->n_outside, n_outside);
        pass_end(&item, 1);
    }
    allocations_free(of);
    memtrace_close(reader);
}

static void without_blocks_all_is_outside(void **state)
{
    struct memtrace_reader *reader;
    struct pass_item item;

    (void)state;
    begin();
    begin_block(0, 1);
    access_at(0, 2, 0x5000, true, false);
    access_at(0, 2, UINT64_MAX, true, false);
    end_block(encoder, writer);
    reader = end();
    item = run(reader, NULL, 1);
    assert_int_equal(allocation_counts(item.state)->n_outside, 2);
    pass_end(&item, 1);
    memtrace_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accesses_go_to_the_place_that_allocated),
        cmocka_unit_test(processes_have_blocks_of_their_own),
        cmocka_unit_test(random_ones_are_counted_as_one_by_one),
        cmocka_unit_test(without_blocks_all_is_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
