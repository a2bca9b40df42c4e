/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_memory_place.c - the identity of memory: which addresses of which
 * processes are the same byte.
 */
#include "map_events.h"
#include "memory_place.h"

/* A file that is known by number: device 8, born at 5. */
static void map_numbered(uint32_t thread, uint64_t time, uint64_t vaddr,
                         uint64_t pages, uint64_t flags, uint64_t offset,
                         const char *file, uint64_t inode)
{
    struct memtrace_event *event = &events[n_events++ % 4096];

    *event = (struct memtrace_event){
        .time = time,
        .thread = thread,
        .type = MEMTRACE_EVENT_MAP,
        .n_args = 8,
        .args = {vaddr, pages * PAGE, READ_WRITE, flags, offset, 8, inode, 5},
        .text = file,
    };
    assert_int_equal(memory_map_take(map, event, &last), 1);
}

static struct memory_place place(uint64_t pid, uint64_t time, uint64_t vaddr)
{
    struct memory_cache cache;
    struct memory_place first, again;

    memory_cache_open(&cache, map);
    first = memory_place(&cache, pid, time, vaddr);
    again = memory_place(&cache, pid, time, vaddr);
    assert_memory_equal(&first, &again, sizeof(first));
    return first;
}

static bool is_same_byte(uint64_t pid, uint64_t vaddr, uint64_t other_pid,
                         uint64_t other_vaddr)
{
    struct memory_place a = place(pid, 100, vaddr);
    struct memory_place b = place(other_pid, 100, other_vaddr);

    return a.object == b.object && a.offset == b.offset;
}

static void a_shared_file_is_one_memory_wherever_it_is_mapped(void **state)
{
    struct memory_place byte;

    (void)state;
    start(0, 1, "start", 1);
    start(2, 1, "exec", 10);
    map_numbered(0, 2, 0x10000, 4, SHARED, 0x3000, "/f", 77);
    map_numbered(0, 3, 0x50000, 4, SHARED, 0x4000, "/a/link/to/f", 77);
    map_numbered(2, 4, 0x90000, 8, SHARED, 0, "/f", 77);
    map_numbered(2, 4, 0x10000, 1, SHARED, 0x3000, "/f", 78);
    byte = place(10, 100, 0x11010);
    assert_true(memory_object_is_shared(byte.object));
    assert_int_equal(byte.offset, 0x4010);
    assert_true(is_same_byte(10, 0x11010, 10, 0x50010));
    assert_true(is_same_byte(10, 0x11010, 20, 0x94010));
    assert_false(is_same_byte(10, 0x11010, 20, 0x93010));
    /* Another file at the same address, of the same name. */
    assert_false(is_same_byte(10, 0x10000, 20, 0x10000));
}

static void what_a_number_was_used_for_again_is_other_memory(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_numbered(0, 2, 0x10000, 1, SHARED, 0, "/f", 77);
    map_numbered(0, 2, 0x20000, 1, SHARED, 0, "/g", 77);
    events[n_events++] = events[2];
    events[3].args[0] = 0x30000;
    events[3].args[7] = 6; /* born later */
    assert_int_equal(memory_map_take(map, &events[3], &last), 1);
    /* System V numbers its memory by itself. */
    map_numbered(0, 2, 0x40000, 1, SHARED, 0, "[shm]", 77);
    map_numbered(0, 2, 0x50000, 1, SHARED, 0, "[shm]", 77);
    assert_true(is_same_byte(10, 0x10000, 10, 0x20000));
    assert_false(is_same_byte(10, 0x10000, 10, 0x30000));
    assert_false(is_same_byte(10, 0x10000, 10, 0x40000));
    assert_true(is_same_byte(10, 0x40000, 10, 0x50000));
}

static void private_memory_is_a_process_s_own(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_numbered(0, 2, 0x10000, 4, PRIVATE, 0, "/f", 77);
    map_numbered(0, 2, 0x20000, 4, PRIVATE, 0, "/f", 77);
    map_numbered(0, 2, 0x30000, 4, SHARED, 0, "/f", 77);
    map_file(0, 2, 0x40000, 4, READ_WRITE, PRIVATE | ANONYMOUS, 0, "");
    start(2, 3, "fork", 10);
    assert_false(is_same_byte(10, 0x10000, 10, 0x20000));
    assert_false(is_same_byte(10, 0x10000, 10, 0x30000));
    assert_false(is_same_byte(10, 0x10000, 20, 0x10000));
    assert_false(is_same_byte(10, 0x40010, 20, 0x40010));
    assert_true(is_same_byte(10, 0x30010, 20, 0x30010));
    assert_false(memory_object_is_shared(place(10, 100, 0x10000).object));
    assert_int_equal(place(10, 100, 0x40010).offset,
                     place(20, 100, 0x40010).offset);
}

static void shared_memory_without_a_file_is_that_of_its_mapping(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 2, READ_WRITE, SHARED | ANONYMOUS, 0, "");
    map_file(0, 2, 0x20000, 2, READ_WRITE, SHARED | ANONYMOUS, 0, "");
    start(2, 3, "fork", 10);
    map_file(2, 4, 0x30000, 2, READ_WRITE, SHARED | ANONYMOUS, 0, "");
    assert_true(is_same_byte(10, 0x11010, 20, 0x11010));
    assert_false(is_same_byte(10, 0x10010, 10, 0x20010));
    assert_false(is_same_byte(10, 0x10010, 20, 0x30010));
}

/* The child moves what it inherited, and maps a part of it once more. */
static void shared_memory_that_moves_stays_the_same(void **state)
{
    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 2, READ_WRITE, SHARED | ANONYMOUS, 0, "");
    map_numbered(0, 2, 0x20000, 2, SHARED, 0x1000, "/f", 77);
    start(2, 3, "fork", 10);
    call_mremap(2, 4, 0x10000, 2 * PAGE, 2 * PAGE, 1);
    unmap(2, 4, 0x10000, 2);
    assert_int_equal(remap(2, 4, 0x60000, 2), 1);
    call_mremap(2, 5, 0x20000, 0, PAGE, 1);
    assert_int_equal(remap(2, 5, 0x70000, 1), 1);
    assert_true(is_same_byte(10, 0x11010, 20, 0x61010));
    assert_true(is_same_byte(10, 0x20010, 20, 0x70010));
    assert_true(is_same_byte(20, 0x20010, 20, 0x70010));
}

static void what_is_mapped_anew_is_other_memory(void **state)
{
    struct memory_place before, after;

    (void)state;
    start(0, 1, "start", 1);
    map_file(0, 2, 0x10000, 1, READ_WRITE, PRIVATE | ANONYMOUS, 0, "");
    unmap(0, 10, 0x10000, 1);
    map_file(0, 11, 0x10000, 1, READ_WRITE, PRIVATE | ANONYMOUS, 0, "");
    before = place(10, 5, 0x10008);
    after = place(10, 15, 0x10008);
    assert_int_equal(before.offset, after.offset);
    assert_true(before.object != after.object);
}

static void what_is_not_known_is_one_object_a_process(void **state)
{
    struct memory_cache cache;
    struct memory_place a, b;

    (void)state;
    memory_cache_open(&cache, map);
    a = memory_place(&cache, 10, 1, 0x10008);
    b = memory_place(&cache, 20, 1, 0x10008);
    assert_int_equal(a.offset, 0x10008);
    assert_int_equal(b.offset, 0x10008);
    assert_true(a.object != b.object && a.object != 0);
    b = memory_place(&cache, 10, 9, 0x20008);
    assert_int_equal(a.object, b.object);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_shared_file_is_one_memory_wherever_it_is_mapped),
        TEST(what_a_number_was_used_for_again_is_other_memory),
        TEST(private_memory_is_a_process_s_own),
        TEST(shared_memory_without_a_file_is_that_of_its_mapping),
        TEST(shared_memory_that_moves_stays_the_same),
        TEST(what_is_mapped_anew_is_other_memory),
        TEST(what_is_not_known_is_one_object_a_process),
    };

    return cmocka_run_group_tests(tests, open_reader, close_reader);
}
