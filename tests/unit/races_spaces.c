/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_spaces.c - the numbers of memory: keys of pages, granules and halves of
 * these are different for different memory, up to the last space there may be.
 */
#include "memory_spaces.h"
#include "trace_helpers.h"

#define LAST_VADDR (((uint64_t)1 << RACE_VADDR_BITS) - 1)

/* As sync_objects.h has it of words. */
static uint64_t half_key(uint32_t space, uint64_t vaddr)
{
    return 2 * race_granule_key((struct race_place){space, vaddr}) +
           (vaddr >> 2 & 1);
}

static void keys_have_room_for_all_spaces(void **state)
{
    const uint32_t last = RACE_MOST_SPACES - 1;

    (void)state;
    assert_int_equal(half_key(last, LAST_VADDR), UINT64_MAX);
    assert_int_equal(half_key(0, LAST_VADDR) + 1, half_key(1, 0));
    assert_int_equal(race_granule_key((struct race_place){last, LAST_VADDR}),
                     UINT64_MAX >> 1);
    assert_int_equal(race_page_key((struct race_place){0, LAST_VADDR}) + 1,
                     race_page_key((struct race_place){1, 0}));
}

/* Return: what race_spaces_open() says of so many processes of a thread. */
static int open_spaces_of(uint32_t n_processes)
{
    struct memtrace_thread *threads = calloc(n_processes, sizeof(*threads));
    struct memtrace_reader *reader;
    struct memtrace_writer *writer;
    struct race_spaces spaces;
    char path[64];
    int result;

    assert_non_null(threads);
    for (uint32_t i = 0; i < n_processes; i++) {
        threads[i] = (struct memtrace_thread){
            .number = i,
            .pid = 1 + i,
            .tid = 1 + i,
            .parent = i ? 0 : MEMTRACE_NO_THREAD,
        };
    }
    temp_path(path);
    writer = open_writer(path);
    assert_int_equal(memtrace_writer_finish(writer, threads, n_processes, true),
                     0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    unlink(path);
    result = race_spaces_open(&spaces, reader);
    if (!result) {
        assert_int_equal(spaces.n_pids, n_processes);
        assert_int_equal(race_place(&spaces, n_processes - 1, 0, 0).space,
                         n_processes);
    }
    race_spaces_close(&spaces);
    memtrace_close(reader);
    free(threads);
    return result;
}

/* Space 0 is the one that processes share. */
static void more_processes_than_there_are_spaces(void **state)
{
    (void)state;
    assert_int_equal(open_spaces_of(RACE_MOST_SPACES - 1), 0);
    assert_int_equal(open_spaces_of(RACE_MOST_SPACES), MEMTRACE_ERR_LIMIT);
}

static void bytes_of_granules(void **state)
{
    unsigned n;

    (void)state;
    assert_int_equal(race_granule_mask(0x1000, 8, &n), 0xff);
    assert_int_equal(n, 8);
    assert_int_equal(race_granule_mask(0x1003, 2, &n), 0x18);
    assert_int_equal(n, 2);
    assert_int_equal(race_granule_mask(0x1006, 100, &n), 0xc0);
    assert_int_equal(n, 2);
    assert_int_equal(race_granule_mask(0x1000, (uint64_t)1 << 32, &n), 0xff);
    assert_int_equal(n, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_have_room_for_all_spaces),
        cmocka_unit_test(more_processes_than_there_are_spaces),
        cmocka_unit_test(bytes_of_granules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
