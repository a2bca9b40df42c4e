/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_memory_map.c - which memory an address is: events of maps, forks,
 * mremap() and execve() against what Linux does, and random ones against a
 * table of every page.
 */
#include "map_events.h"

static void a_part_knows_its_offset_and_origin(void **state)
{
    struct memory_mapping mapping;

    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 8, 5, PRIVATE, 0x3000, "/lib/a");
    mapping = last[0].mapping;
    assert_int_equal(last[0].kind, MEMORY_MAPPED);
    assert_int_equal(mapping.origin_offset, 0);
    map_file(0, 3, 0x12000, 1, READ_WRITE, PRIVATE | ANONYMOUS, 0, "");
    unmap(0, 4, 0x14000, 1);
    /* What is left of the library, on both sides, is still of one mapping. */
    mapping = at(10, 5, 0x15000);
    assert_int_equal(mapping.first, 0x15000);
    assert_int_equal(mapping.last, 0x17fff);
    assert_int_equal(mapping.offset, 0x8000);
    assert_int_equal(mapping.origin_offset, 0x5000);
    assert_string_equal(mapping.file, "/lib/a");
    assert_same_origin(10, 5, 0x15000, 10, 2, 0x15000);
    assert_same_origin(10, 5, 0x11000, 10, 2, 0x11000);
    assert_true(at(10, 5, 0x12000).origin != mapping.origin);
    assert_true(at(10, 5, 0x14000).is_guess);
}

static void protecting_makes_parts_of_one_origin(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 4, 0, PRIVATE | ANONYMOUS, 0, "");
    map_file(0, 2, 0x14000, 1, READ_WRITE, PRIVATE, 0x7000, "/f");
    assert_int_equal(protect(0, 3, 0x12000, 3, 1), 2);
    assert_int_equal(last[0].kind, MEMORY_PROTECTED);
    assert_int_equal(last[0].mapping.first, 0x12000);
    assert_int_equal(last[1].mapping.offset, 0x7000);
    /* What is so already does not change, nor does what is not there. */
    assert_int_equal(protect(0, 4, 0x12000, 3, 1), 0);
    assert_int_equal(protect(0, 4, 0x90000, 3, 1), 0);
    assert_int_equal(at(10, 5, 0x11000).prot, 0);
    assert_int_equal(at(10, 5, 0x12000).prot, 1);
    assert_int_equal(at(10, 2, 0x12000).prot, 0);
    assert_same_origin(10, 5, 0x12000, 10, 2, 0x12000);
    assert_same_origin(10, 5, 0x14000, 10, 2, 0x14000);
}

static void a_fork_has_the_memory_of_its_parent(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 2, READ_WRITE, SHARED | ANONYMOUS, 0, "");
    map_file(0, 2, 0x20000, 2, READ_WRITE, PRIVATE | ANONYMOUS, 0, "");
    start(2, 5, "fork", 10);
    assert_int_equal(last[0].kind, MEMORY_FORKED);
    assert_int_equal(last[0].parent, 10);
    unmap(0, 6, 0x10000, 2);
    map_file(2, 7, 0x20000, 1, READ_WRITE, SHARED | ANONYMOUS, 0, "");
    assert_same_origin(20, 8, 0x11000, 10, 5, 0x11000);
    assert_true(memory_is_shared(
        &(struct memory_mapping){.flags = at(20, 8, 0x11000).flags}));
    assert_same_origin(20, 8, 0x21000, 10, 8, 0x20000 + PAGE);
    assert_true(at(20, 8, 0x20000).origin != at(10, 8, 0x20000).origin);
    /* From the moment that it is there. */
    assert_int_equal(at(20, 6, 0x11000).from, 5);
    assert_int_equal(memory_map_n_processes(map), 2);
    assert_int_equal(memory_map_pid(map, 1), 20);
}

static void what_is_executed_starts_with_nothing(void **state)
{
    struct memory_mapping mapping;

    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 2, READ_WRITE, PRIVATE | ANONYMOUS, 0, "");
    start(0, 5, "exec", 1);
    assert_int_equal(last[0].kind, MEMORY_STARTED);
    map_file(0, 6, 0x30000, 2, READ_WRITE, 0, 0, "/bin/new");
    assert_int_equal(memory_map_at(map, 10, 7, 0x10000, &mapping), 0);
    assert_int_equal(at(10, 4, 0x10000).from, 2);
    assert_int_equal(memory_map_n_processes(map), 2);
}

static void a_process_whose_start_is_missing_inherits(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 2, READ_WRITE, SHARED | ANONYMOUS, 0, "");
    assert_int_equal(
        take(MEMTRACE_EVENT_THREAD_START, 2, 3, "", 20, 20, 0, 0, 0), 1);
    assert_int_equal(last[0].kind, MEMORY_FORKED);
    /* Of one that is there its threads start nothing. */
    assert_int_equal(
        take(MEMTRACE_EVENT_THREAD_START, 1, 4, "", 10, 11, 0, 0, 0), 0);
    assert_same_origin(20, 5, 0x11000, 10, 5, 0x11000);
}

static void what_moves_is_the_same_memory(void **state)
{
    struct memory_mapping mapping;

    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 8, 7, SHARED, 0x5000, "/f");
    /* A part, which is larger then; QEMU does not tell of what kind. */
    call_mremap(0, 3, 0x12000, 2 * PAGE, 3 * PAGE, 1);
    unmap(0, 4, 0x12000, 2);
    assert_int_equal(remap(0, 4, 0x80000, 3), 1);
    assert_int_equal(last[0].kind, MEMORY_MAPPED);
    mapping = at(10, 5, 0x82000);
    assert_int_equal(mapping.first, 0x80000);
    assert_int_equal(mapping.last, 0x82fff);
    assert_int_equal(mapping.offset, 0x7000);
    assert_int_equal(mapping.prot, 7);
    assert_string_equal(mapping.file, "/f");
    assert_true(memory_is_shared(&mapping));
    assert_same_origin(10, 5, 0x81000, 10, 2, 0x13000);
    assert_true(at(10, 5, 0x12000).is_guess);
    /* What is mapped after that is new again. */
    assert_int_equal(take(MEMTRACE_EVENT_SYSCALL, 0, 6, "mmap", 9, 0, 0, 0, 0),
                     0);
    map_file(0, 7, 0x90000, 1, 3, PRIVATE | ANONYMOUS, 0, "");
    assert_int_equal(at(10, 8, 0x90000).origin_offset, 0);
}

static void what_shrinks_loses_its_end(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 8, 3, PRIVATE, 0, "/f");
    call_mremap(0, 3, 0x10000, 8 * PAGE, 2 * PAGE, 0);
    unmap(0, 4, 0x12000, 6);
    assert_int_equal(at(10, 5, 0x11000).last, 0x11fff);
    assert_true(at(10, 5, 0x12000).is_guess);
}

static void what_grows_goes_on(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 2, 5, PRIVATE, 0x1000, "/f");
    /* Not of whole pages, as a program may say. */
    call_mremap(0, 3, 0x10000, 2 * PAGE - 100, 4 * PAGE, 0);
    assert_int_equal(remap(0, 4, 0x12000, 2), 1);
    assert_int_equal(at(10, 5, 0x13000).origin, at(10, 5, 0x10000).origin);
    assert_int_equal(at(10, 5, 0x13000).origin_offset, 0x2000);
    assert_int_equal(at(10, 5, 0x13000).offset, 0x3000);
    assert_int_equal(at(10, 5, 0x13000).prot, 7);
    assert_string_equal(at(10, 5, 0x13000).file, "/f");
}

static void what_is_left_behind_is_there_twice(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 2, 3, SHARED | ANONYMOUS, 0, "");
    /* A size of 0 maps shared memory once more. */
    call_mremap(0, 3, 0x10000, 0, 2 * PAGE, 1);
    assert_int_equal(remap(0, 4, 0x40000, 2), 1);
    assert_same_origin(10, 5, 0x41000, 10, 5, 0x11000);
    map_file(0, 6, 0x20000, 2, 3, PRIVATE | ANONYMOUS, 0, "");
    call_mremap(0, 7, 0x20000, 2 * PAGE, 2 * PAGE, 1 | DONTUNMAP);
    protect(0, 8, 0x20000, 2, 3);
    assert_int_equal(remap(0, 8, 0x22000, 2), 1);
    assert_same_origin(10, 9, 0x23000, 10, 9, 0x21000);
}

static void several_mappings_move_together(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 1, 3, PRIVATE, 0, "/a");
    map_file(0, 2, 0x12000, 1, 3, PRIVATE, 0, "/b");
    call_mremap(0, 3, 0x10000, 3 * PAGE, 3 * PAGE, 3);
    unmap(0, 4, 0x10000, 3);
    assert_int_equal(remap(0, 4, 0x50000, 3), 2);
    assert_string_equal(at(10, 5, 0x50000).file, "/a");
    assert_string_equal(at(10, 5, 0x52000).file, "/b");
    assert_int_equal(at(10, 5, 0x50000).last, 0x50fff);
    /* To a place that is too short for the second. */
    call_mremap(0, 6, 0x50000, 3 * PAGE, 2 * PAGE, 3);
    unmap(0, 7, 0x50000, 3);
    assert_int_equal(remap(0, 7, 0x70000, 2), 2);
    assert_string_equal(at(10, 8, 0x70000).file, "/a");
    assert_string_equal(at(10, 8, 0x71000).file, "");
    assert_int_equal(at(10, 8, 0x71000).last, 0x71fff);
}

/* Where the trace no longer has the call, it is as it is told. */
static void without_the_call_it_is_new(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 2, 3, SHARED, 0, "/f");
    unmap(0, 3, 0x10000, 2);
    assert_int_equal(remap(0, 3, 0x40000, 2), 1);
    assert_string_equal(at(10, 5, 0x40000).file, "");
    assert_false(memory_is_shared(
        &(struct memory_mapping){.flags = at(10, 5, 0x40000).flags}));
}

/* Calls of two processes whose events stand between one another. */
static void calls_of_others_do_not_mix(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 2, 3, PRIVATE, 0, "/f");
    start(2, 3, "fork", 10);
    call_mremap(0, 4, 0x10000, 2 * PAGE, 2 * PAGE, 1);
    call_mremap(2, 4, 0x11000, PAGE, PAGE, 1);
    unmap(0, 5, 0x10000, 2);
    assert_int_equal(remap(0, 5, 0x40000, 2), 1);
    unmap(2, 5, 0x11000, 1);
    assert_int_equal(remap(2, 5, 0x60000, 1), 1);
    assert_int_equal(at(10, 6, 0x40000).offset, 0);
    assert_int_equal(at(20, 6, 0x60000).offset, 0x1000);
    assert_same_origin(20, 6, 0x60000, 10, 6, 0x41000);
}

static int add_up(void *context, const struct memory_mapping *mapping)
{
    uint64_t *sum = context;

    *sum += mapping->last - mapping->first + 1;
    return mapping->prot == 4 ? 4 : 0;
}

static void the_last_map_of_each_is_told(void **state)
{
    uint64_t sum = 0;

    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 4, 3, PRIVATE, 0, "/f");
    start(2, 3, "fork", 10);
    unmap(2, 4, 0x11000, 1);
    assert_int_equal(memory_map_each_last(map, 1, add_up, &sum), 0);
    assert_int_equal(sum, 3 * PAGE);
    protect(2, 5, 0x12000, 1, 4);
    assert_int_equal(memory_map_each_last(map, 1, add_up, &sum), 4);
    sum = 0;
    assert_int_equal(memory_map_each_last(map, 0, add_up, &sum), 0);
    assert_int_equal(sum, 4 * PAGE);
}

#define PAGES 40u
#define TICKS 60u

/* What is at a page: what mmap() made there, and its prot; 0: nothing. */
struct cell {
    uint64_t made;
    uint64_t prot;
};

static uint64_t random_state = 7;

static uint64_t below(uint64_t n)
{
    return next_random(&random_state) % n;
}

static void random_change(struct cell *now, uint64_t tick, uint64_t *n_made)
{
    uint64_t first = below(PAGES - 8), n = 1 + below(8);
    uint64_t kind = below(4), prot = below(8);
    uint64_t to = below(PAGES - 8);
    struct cell moved[8];

    switch (kind) {
    case 0:
        map_file(0, tick, first * PAGE, n, prot, PRIVATE, ++*n_made * PAGE * 64,
                 "/f");
        for (uint64_t i = 0; i < n; i++) {
            now[first + i] = (struct cell){*n_made * 64 + i, prot};
        }
        break;
    case 1:
        unmap(0, tick, first * PAGE, n);
        memset(now + first, 0, n * sizeof(*now));
        break;
    case 2:
        protect(0, tick, first * PAGE, n, prot);
        for (uint64_t i = first; i < first + n; i++) {
            now[i].prot = now[i].made ? prot : 0;
        }
        break;
    default:
        /* Of one page that is there, to a place that is not its own. */
        if (!now[first].made || to == first) {
            break;
        }
        call_mremap(0, tick, first * PAGE, PAGE, PAGE, 3);
        unmap(0, tick, first * PAGE, 1);
        take(MEMTRACE_EVENT_MAP, 0, tick, "", to * PAGE, PAGE,
             1 | (now[first].prot & 2), ANONYMOUS, 0);
        moved[0] = now[first];
        now[first] = (struct cell){0};
        now[to] = moved[0];
        take(MEMTRACE_EVENT_SYSCALL, 0, tick, "mmap", 9, 0, 0, 0, 0);
    }
}

static void every_page_is_what_the_table_says(void **state)
{
    static struct cell table[TICKS + 1][PAGES];

    for (unsigned round = 0; round < 30; round++) {
        uint64_t n_made = 0;

        assert_int_equal(begin(state), 0);
        memset(table, 0, sizeof(table));
        start(0, 0, "start", 1);
        for (uint64_t tick = 1; tick <= TICKS; tick++) {
            memcpy(table[tick], table[tick - 1], sizeof(table[tick]));
            for (uint64_t n = below(3); n > 0; n--) {
                random_change(table[tick], tick, &n_made);
            }
        }
        for (uint64_t tick = 0; tick <= TICKS; tick++) {
            for (uint64_t page = 0; page < PAGES; page++) {
                const struct cell *cell = &table[tick][page];
                struct memory_mapping m = {.is_guess = true};

                memory_map_at(map, 10, tick, page * PAGE, &m);
                assert_int_equal(m.is_guess, cell->made == 0);
                if (cell->made) {
                    uint64_t into = page * PAGE - m.first;

                    assert_int_equal(m.prot, cell->prot);
                    assert_int_equal((m.offset + into) / PAGE, cell->made);
                    assert_int_equal((m.origin_offset + into) / PAGE,
                                     cell->made % 64);
                }
            }
        }
        end(state);
    }
}

static uint64_t any_number(void)
{
    static const uint64_t numbers[] = {0,
                                       1,
                                       PAGE - 1,
                                       PAGE,
                                       UINT64_MAX,
                                       1ull << 63,
                                       UINT64_MAX - PAGE + 1,
                                       UINT64_MAX - 5 * PAGE + 1};

    return below(3) ? below(30) * PAGE : numbers[below(8)];
}

static int is_behind(void *context, const struct memory_mapping *mapping)
{
    uint64_t *next = context;

    assert_true(mapping->first <= mapping->last);
    assert_true(mapping->first >= *next);
    *next = mapping->last + 1;
    return *next == 0 && mapping->last != UINT64_MAX;
}

/* Events as a damaged trace may have them; time does not go back. */
static void whatever_is_told_maps_do_not_overlap(void **state)
{
    static const char *const texts[] = {"", "/f", "mremap", "fork", "exec"};
    static const uint16_t types[] = {
        MEMTRACE_EVENT_MAP,           MEMTRACE_EVENT_MAP,
        MEMTRACE_EVENT_UNMAP,         MEMTRACE_EVENT_UNMAP,
        MEMTRACE_EVENT_PROTECT,       MEMTRACE_EVENT_SYSCALL,
        MEMTRACE_EVENT_PROCESS_START, MEMTRACE_EVENT_THREAD_START};

    for (unsigned round = 0; round < 40; round++) {
        uint64_t time = 0;

        assert_int_equal(begin(state), 0);
        for (unsigned i = 0; i < 400; i++) {
            uint16_t type = types[below(i % 16 ? 6 : 8)];
            uint64_t a = any_number(), b = any_number();

            time += below(2);
            if (type == MEMTRACE_EVENT_PROCESS_START ||
                type == MEMTRACE_EVENT_THREAD_START) {
                a = pids[below(4)];
                b = pids[below(4)];
            }
            assert_true(take(type, (uint32_t)below(6), time, texts[below(5)], a,
                             b, any_number(), any_number(), any_number()) >= 0);
        }
        for (size_t i = 0; i < memory_map_n_processes(map); i++) {
            uint64_t next = 0;

            assert_int_equal(memory_map_each_last(map, i, is_behind, &next), 0);
        }
        for (unsigned i = 0; i < 200; i++) {
            struct memory_mapping mapping;
            uint64_t vaddr = any_number();

            if (memory_map_at(map, pids[below(4)], below(time + 2), vaddr,
                              &mapping)) {
                assert_true(mapping.first <= vaddr && vaddr <= mapping.last);
            }
        }
        end(state);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_part_knows_its_offset_and_origin),
        TEST(protecting_makes_parts_of_one_origin),
        TEST(a_fork_has_the_memory_of_its_parent),
        TEST(what_is_executed_starts_with_nothing),
        TEST(a_process_whose_start_is_missing_inherits),
        TEST(what_moves_is_the_same_memory),
        TEST(what_shrinks_loses_its_end),
        TEST(what_grows_goes_on),
        TEST(what_is_left_behind_is_there_twice),
        TEST(several_mappings_move_together),
        TEST(without_the_call_it_is_new),
        TEST(calls_of_others_do_not_mix),
        TEST(the_last_map_of_each_is_told),
        cmocka_unit_test(every_page_is_what_the_table_says),
        cmocka_unit_test(whatever_is_told_maps_do_not_overlap),
    };

    return cmocka_run_group_tests(tests, open_reader, close_reader);
}
