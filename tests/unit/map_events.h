/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * map_events.h - events of maps, forks, mremap() and execve() for a memory_map,
 * and what it then says.
 */
#ifndef MAP_EVENTS_H
#define MAP_EVENTS_H

#include "memory_map.h"
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

static inline int open_reader(void **state)
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

static inline int close_reader(void **state)
{
    (void)state;
    memtrace_close(reader);
    return 0;
}

static inline int begin(void **state)
{
    (void)state;
    n_events = 0;
    return memory_map_new(reader, &map);
}

static inline int end(void **state)
{
    (void)state;
    memory_map_free(map);
    return 0;
}

/* Return: how many changes it made, which are set in last. */
static const struct memory_change *last;

static inline int64_t take(uint16_t type, uint32_t thread, uint64_t time,
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

static inline void start(uint32_t thread, uint64_t time, const char *cause,
                         uint64_t parent)
{
    assert_int_equal(take(MEMTRACE_EVENT_PROCESS_START, thread, time, cause,
                          pids[thread], parent, 0, 0, 0),
                     1);
}

static inline void map_file(uint32_t thread, uint64_t time, uint64_t vaddr,
                            uint64_t pages, uint64_t prot, uint64_t flags,
                            uint64_t offset, const char *file)
{
    assert_int_equal(take(MEMTRACE_EVENT_MAP, thread, time, file, vaddr,
                          pages * PAGE, prot, flags, offset),
                     1);
}

static inline void unmap(uint32_t thread, uint64_t time, uint64_t vaddr,
                         uint64_t pages)
{
    assert_int_equal(take(MEMTRACE_EVENT_UNMAP, thread, time, "", vaddr,
                          pages * PAGE, 0, 0, 0),
                     1);
}

static inline int64_t protect(uint32_t thread, uint64_t time, uint64_t vaddr,
                              uint64_t pages, uint64_t prot)
{
    return take(MEMTRACE_EVENT_PROTECT, thread, time, "", vaddr, pages * PAGE,
                prot, 0, 0);
}

static inline void call_mremap(uint32_t thread, uint64_t time, uint64_t old,
                               uint64_t old_bytes, uint64_t new_bytes,
                               uint64_t flags)
{
    assert_int_equal(take(MEMTRACE_EVENT_SYSCALL, thread, time, "mremap", 25,
                          old, old_bytes, new_bytes, flags),
                     0);
}

/* As the plugin tells what mremap() maps. */
static inline int64_t remap(uint32_t thread, uint64_t time, uint64_t vaddr,
                            uint64_t pages)
{
    return take(MEMTRACE_EVENT_MAP, thread, time, "", vaddr, pages * PAGE,
                READ_WRITE, ANONYMOUS, 0);
}

static inline struct memory_mapping at(uint64_t pid, uint64_t time,
                                       uint64_t vaddr)
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
static inline void assert_same_origin(uint64_t pid, uint64_t time,
                                      uint64_t vaddr, uint64_t other_pid,
                                      uint64_t other_time, uint64_t other_vaddr)
{
    struct memory_mapping a = at(pid, time, vaddr);
    struct memory_mapping b = at(other_pid, other_time, other_vaddr);

    assert_int_equal(a.origin, b.origin);
    assert_int_equal(a.origin_offset + (vaddr - a.first),
                     b.origin_offset + (other_vaddr - b.first));
}

#endif /* MAP_EVENTS_H */
