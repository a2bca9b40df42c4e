/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_shared_ranges.c - shared memory that is in several places has one place
 * in the space of all; what is in one place, or is nobody's to write, has none.
 */
#include "memory_spaces.h"
#include "race_steps.h"

#define PAGE ((uint64_t)0x1000)
#define ONE 0x100000
#define OTHER 0x200000
#define THIRD 0x300000

#define READ 1
#define WRITE 3
#define SHARED 1
#define PRIVATE 2

/* T0 and T2 are of one process, T1 of another. */
static const uint32_t pids[N_THREADS] = {10, 20, 10};

struct mapped {
    uint32_t thread;
    uint64_t time, vaddr, bytes, prot, flags, offset, inode;
};

static void put_mapped(struct memtrace_encoder *encoder,
                       const struct mapped *mapped)
{
    const struct memtrace_event map = {
        .type = MEMTRACE_EVENT_MAP,
        .n_args = 8,
        .args = {mapped->vaddr, mapped->bytes, mapped->prot, mapped->flags,
                 mapped->offset, 1, mapped->inode, 5},
        .text = mapped->inode ? "/file" : "",
    };

    put_event(encoder, mapped->time, &map);
}

/* The spaces of a trace with these mappings. Return: as race_spaces_open(). */
static int open_spaces(struct race_spaces *spaces,
                       struct memtrace_reader **reader,
                       const struct mapped *all, size_t n)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_thread threads[N_THREADS];
    struct memtrace_writer *writer;
    char path[64];

    temp_path(path);
    writer = open_writer(path);
    for (uint32_t i = 0; i < N_THREADS; i++) {
        threads[i] = (struct memtrace_thread){
            .number = i,
            .pid = pids[i],
            .tid = 10 + i,
            .parent = i ? 0 : MEMTRACE_NO_THREAD,
            .start_time = 1,
        };
        memtrace_encoder_begin(encoder, i, 0, 1);
        for (size_t k = 0; k < n; k++) {
            if (all[k].thread == i) {
                put_mapped(encoder, &all[k]);
            }
        }
        end_block(encoder, writer);
    }
    memtrace_encoder_free(encoder);
    must(memtrace_writer_finish(writer, threads, N_THREADS, true));
    must(memtrace_open(path, reader));
    unlink(path);
    return race_spaces_open(spaces, *reader);
}

static void close_spaces(struct race_spaces *spaces,
                         struct memtrace_reader *reader)
{
    race_spaces_close(spaces);
    memtrace_close(reader);
}

#define OPEN(list)                                                             \
    must(open_spaces(&spaces, &reader, list, sizeof(list) / sizeof(list[0])))

static uint64_t key(const struct race_spaces *spaces, uint32_t thread,
                    uint64_t time, uint64_t vaddr)
{
    return race_granule_at(spaces, thread, time, vaddr);
}

static bool is_own(const struct race_spaces *spaces, uint32_t thread,
                   uint64_t time, uint64_t vaddr)
{
    struct race_place place = race_place(spaces, thread, time, vaddr);

    return place.space == spaces->by_thread[thread] && place.vaddr == vaddr;
}

static void a_file_is_one_memory_wherever_it_is_mapped(void **state)
{
    const struct mapped maps[] = {
        {0, 10, ONE, 4 * PAGE, WRITE, SHARED, 0, 7},
        {1, 10, OTHER, 2 * PAGE, WRITE, SHARED, PAGE, 7},
        {1, 11, THIRD, PAGE, WRITE, SHARED, 0, 8},
        {0, 11, THIRD, PAGE, WRITE, PRIVATE, 0, 8},
    };
    struct memtrace_reader *reader;
    struct race_spaces spaces;

    (void)state;
    OPEN(maps);
    assert_int_equal(key(&spaces, 0, 20, ONE + PAGE + 8),
                     key(&spaces, 1, 20, OTHER + 8));
    assert_int_equal(key(&spaces, 2, 20, ONE + PAGE + 8),
                     key(&spaces, 1, 20, OTHER + 8));
    assert_int_not_equal(key(&spaces, 0, 20, ONE + 8),
                         key(&spaces, 1, 20, OTHER + 8));
    assert_true(is_own(&spaces, 0, 20, ONE + 4 * PAGE));
    assert_true(is_own(&spaces, 1, 20, ONE));
    assert_true(is_own(&spaces, 1, 20, THIRD));
    assert_true(is_own(&spaces, 0, 20, THIRD));
    assert_false(race_place_varies(&spaces, 0, ONE));
    close_spaces(&spaces, reader);
}

static void a_process_maps_it_twice(void **state)
{
    const struct mapped maps[] = {
        {0, 10, ONE, 2 * PAGE, WRITE, SHARED, 0, 7},
        {2, 11, OTHER, PAGE, READ, SHARED, PAGE, 7},
    };
    struct race_place place;
    struct memtrace_reader *reader;
    struct race_spaces spaces;

    (void)state;
    OPEN(maps);
    place = race_place(&spaces, 0, 20, ONE + PAGE + 24);
    assert_int_equal(key(&spaces, 2, 20, OTHER + 24), race_granule_key(place));
    assert_int_equal(race_place_address(&spaces, 0, 20, place, 0),
                     ONE + PAGE + 24);
    assert_int_equal(race_place_address(&spaces, 0, 20, place, ONE + PAGE + 24),
                     OTHER + 24);
    assert_int_equal(race_place_address(&spaces, 1, 20, place, 0), 0);
    close_spaces(&spaces, reader);
}

static void what_nobody_writes_is_not_shared(void **state)
{
    const struct mapped maps[] = {
        {0, 10, ONE, PAGE, READ, SHARED, 0, 7},
        {1, 10, OTHER, PAGE, READ, SHARED, 0, 7},
    };
    struct memtrace_reader *reader;
    struct race_spaces spaces;

    (void)state;
    OPEN(maps);
    assert_true(is_own(&spaces, 0, 20, ONE));
    assert_int_equal(spaces.shared.n_ranges, 0);
    close_spaces(&spaces, reader);
}

static void an_address_is_other_memory_at_another_time(void **state)
{
    const struct mapped maps[] = {
        {0, 10, ONE, 2 * PAGE, WRITE, PRIVATE, 0, 0},
        {0, 10, THIRD, PAGE, WRITE, PRIVATE, 0, 0},
        {0, 20, ONE, PAGE, WRITE, SHARED, 0, 7},
        {0, 20, THIRD, PAGE, WRITE, SHARED, 0, 7},
        {0, 30, ONE, PAGE, WRITE, SHARED, 0, 8},
        {1, 10, ONE, PAGE, WRITE, SHARED, 0, 8},
        {1, 11, OTHER, PAGE, WRITE, SHARED, 0, 7},
    };
    struct memtrace_reader *reader;
    struct race_spaces spaces;

    (void)state;
    OPEN(maps);
    assert_true(race_place_varies(&spaces, 0, ONE));
    assert_false(race_place_varies(&spaces, 1, ONE));
    assert_true(is_own(&spaces, 0, 15, ONE));
    assert_int_equal(key(&spaces, 0, 25, ONE), key(&spaces, 1, 25, OTHER));
    assert_int_equal(key(&spaces, 0, 35, ONE), key(&spaces, 1, 35, ONE));
    assert_true(is_own(&spaces, 0, 35, ONE + PAGE));
    assert_true(race_place_varies(&spaces, 0, THIRD));
    assert_true(is_own(&spaces, 0, 15, THIRD));
    assert_int_equal(key(&spaces, 0, 25, THIRD), key(&spaces, 1, 25, OTHER));
    close_spaces(&spaces, reader);
}

/* Pages of the analysis have to be all of one memory. */
static void half_pages_are_whole_ones(void **state)
{
    const struct mapped maps[] = {
        {0, 10, ONE, 100, WRITE, SHARED, 0, 7},
        {1, 10, OTHER, 2 * PAGE, WRITE, SHARED, 0, 7},
        {1, 11, THIRD + 8, 100, WRITE, SHARED, 0, 7},
    };
    struct memtrace_reader *reader;
    struct race_spaces spaces;

    (void)state;
    OPEN(maps);
    assert_int_equal(key(&spaces, 0, 20, ONE + 1000),
                     key(&spaces, 1, 20, OTHER + 1000));
    assert_true(is_own(&spaces, 0, 20, ONE + RACE_PAGE_BYTES));
    assert_true(is_own(&spaces, 1, 20, THIRD + 8));
    close_spaces(&spaces, reader);
}

static void more_than_a_space_has(void **state)
{
    const uint64_t much = (uint64_t)1 << RACE_VADDR_BITS;
    const struct mapped maps[] = {
        {0, 10, ONE, PAGE, WRITE, SHARED, 0, 7},
        {1, 10, OTHER, PAGE, WRITE, SHARED, much, 7},
    };
    const struct mapped end[] = {
        {0, 10, ONE, PAGE, WRITE, SHARED, -PAGE, 7},
        {1, 10, OTHER, PAGE, WRITE, SHARED, -PAGE, 7},
        {1, 11, THIRD, 2 * PAGE, WRITE, SHARED, -PAGE, 7},
    };
    struct memtrace_reader *reader;
    struct race_spaces spaces;

    (void)state;
    assert_int_equal(open_spaces(&spaces, &reader, maps, 2),
                     MEMTRACE_ERR_LIMIT);
    close_spaces(&spaces, reader);
    /* What goes round the end of the numbers is not believed. */
    OPEN(end);
    assert_int_equal(key(&spaces, 0, 20, ONE), key(&spaces, 1, 20, OTHER));
    assert_true(is_own(&spaces, 1, 20, THIRD));
    close_spaces(&spaces, reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_one_memory_wherever_it_is_mapped),
        cmocka_unit_test(a_process_maps_it_twice),
        cmocka_unit_test(what_nobody_writes_is_not_shared),
        cmocka_unit_test(an_address_is_other_memory_at_another_time),
        cmocka_unit_test(half_pages_are_whole_ones),
        cmocka_unit_test(more_than_a_space_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
