/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_memory_map.c - which memory an address is: events of maps, forks,
 * mremap() and execve() against what Linux does, and random ones against a
 * table of every page.
 */
#include "memory_map.h"
#include "memory_place.h"
#include "trace_helpers.h"

#define PAGE 0x1000u
#define SHARED 1
#define PRIVATE 2
#define ANONYMOUS 0x20
#define READ_WRITE 3
#define DONTUNMAP 4

/* Threads 0 to 3: T0 and T1 of process 10, T2 of 20, T3 of 30. */
static const uint32_t pids[] = {10, 10, 20, 30};

static struct memtrace_reader *reader;
static struct memory_map *map;
static struct memtrace_event events[4096];
static size_t n_events;

static int open_reader(void **state)
{
    struct memtrace_writer *writer;
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_thread threads[4] = {{.number = 0}};
    struct memtrace_packed packed = {0x1000, make_tag(1, true, false, 3)};
    char path[64];

    (void)state;
    temp_path(path);
    writer = open_writer(path);
    for (uint32_t i = 0; i < 4; i++) {
        threads[i] = (struct memtrace_thread){
            .number = i,
            .pid = pids[i],
            .tid = i == 1 ? 11 : pids[i],
            .parent = i == 0 ? MEMTRACE_NO_THREAD : 0,
        };
        memtrace_encoder_begin(encoder, i, 0, 1);
        assert_int_equal(memtrace_encoder_accesses(encoder, &packed, 1), 1);
        end_block(encoder, writer);
    }
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, threads, 4, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    unlink(path);
    return 0;
}

static int close_reader(void **state)
{
    (void)state;
    memtrace_close(reader);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    n_events = 0;
    return memory_map_new(reader, &map);
}

static int end(void **state)
{
    (void)state;
    memory_map_free(map);
    return 0;
}

/* Return: how many changes it made, which are set in last. */
static const struct memory_change *last;

static int64_t take(uint16_t type, uint32_t thread, uint64_t time,
                    const char *text, uint64_t a, uint64_t b, uint64_t c,
                    uint64_t d, uint64_t e)
{
    struct memtrace_event *event = &events[n_events++ % 4096];

    *event = (struct memtrace_event){
        .time = time,
        .thread = thread,
        .type = type,
        .n_args = 5,
        .args = {a, b, c, d, e},
        .text = text,
    };
    return memory_map_take(map, event, &last);
}

static void start(uint32_t thread, uint64_t time, const char *cause,
                  uint64_t parent)
{
    assert_int_equal(take(MEMTRACE_EVENT_PROCESS_START, thread, time, cause,
                          pids[thread], parent, 0, 0, 0),
                     1);
}

static void map_file(uint32_t thread, uint64_t time, uint64_t vaddr,
                     uint64_t pages, uint64_t prot, uint64_t flags,
                     uint64_t offset, const char *file)
{
    assert_int_equal(take(MEMTRACE_EVENT_MAP, thread, time, file, vaddr,
                          pages * PAGE, prot, flags, offset),
                     1);
}

static void unmap(uint32_t thread, uint64_t time, uint64_t vaddr,
                  uint64_t pages)
{
    assert_int_equal(take(MEMTRACE_EVENT_UNMAP, thread, time, "", vaddr,
                          pages * PAGE, 0, 0, 0),
                     1);
}

static int64_t protect(uint32_t thread, uint64_t time, uint64_t vaddr,
                       uint64_t pages, uint64_t prot)
{
    return take(MEMTRACE_EVENT_PROTECT, thread, time, "", vaddr, pages * PAGE,
                prot, 0, 0);
}

static void call_mremap(uint32_t thread, uint64_t time, uint64_t old,
                        uint64_t old_bytes, uint64_t new_bytes, uint64_t flags)
{
    assert_int_equal(take(MEMTRACE_EVENT_SYSCALL, thread, time, "mremap", 25,
                          old, old_bytes, new_bytes, flags),
                     0);
}

/* As the plugin tells what mremap() maps. */
static int64_t remap(uint32_t thread, uint64_t time, uint64_t vaddr,
                     uint64_t pages)
{
    return take(MEMTRACE_EVENT_MAP, thread, time, "", vaddr, pages * PAGE,
                READ_WRITE, ANONYMOUS, 0);
}

static struct memory_mapping at(uint64_t pid, uint64_t time, uint64_t vaddr)
{
    struct memory_mapping mapping = {.pid = 0};

    assert_int_equal(memory_map_at(map, pid, time, vaddr, &mapping), 1);
    assert_true(mapping.first <= vaddr && vaddr <= mapping.last);
    assert_int_equal(mapping.pid, pid);
    assert_true(mapping.is_guess ||
                (mapping.from <= time && time <= mapping.to));
    return mapping;
}

/* The same byte of the same mapping that was made once. */
static void assert_same_origin(uint64_t pid, uint64_t time, uint64_t vaddr,
                               uint64_t other_pid, uint64_t other_time,
                               uint64_t other_vaddr)
{
    struct memory_mapping a = at(pid, time, vaddr);
    struct memory_mapping b = at(other_pid, other_time, other_vaddr);

    assert_int_equal(a.origin, b.origin);
    assert_int_equal(a.origin_offset + (vaddr - a.first),
                     b.origin_offset + (other_vaddr - b.first));
}

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
        TEST(a_shared_file_is_one_memory_wherever_it_is_mapped),
        TEST(what_a_number_was_used_for_again_is_other_memory),
        TEST(private_memory_is_a_process_s_own),
        TEST(shared_memory_without_a_file_is_that_of_its_mapping),
        TEST(shared_memory_that_moves_stays_the_same),
        TEST(what_is_mapped_anew_is_other_memory),
        TEST(what_is_not_known_is_one_object_a_process),
        cmocka_unit_test(every_page_is_what_the_table_says),
        cmocka_unit_test(whatever_is_told_maps_do_not_overlap),
    };

    return cmocka_run_group_tests(tests, open_reader, close_reader);
}
