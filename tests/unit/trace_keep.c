/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_keep.c - a trace that keeps the most recent accesses: at every moment
 * of its making, also in the middle of a write, what the file has is right,
 * and what it has not is counted.
 */
#include "sampled.h"
#include "trace_helpers.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define MAX_BYTES (64u << 10)
#define N_THREADS 3
#define N_BLOCKS 400

/* What the writer did to the file, in order. */
struct write {
    uint64_t offset;
    size_t size; /* 0: the file was cut to offset */
    uint8_t *data;
};
static struct write *writes;
static size_t n_writes, room_writes;

static void log_write(uint64_t offset, const void *data, size_t size)
{
    if (n_writes == room_writes) {
        room_writes = room_writes ? 2 * room_writes : 256;
        writes = realloc(writes, room_writes * sizeof(*writes));
        assert_non_null(writes);
    }
    writes[n_writes] = (struct write){offset, size, malloc(size + 1)};
    memcpy(writes[n_writes++].data, data, size);
}

static void forget_writes(void)
{
    for (size_t i = 0; i < n_writes; i++) {
        free(writes[i].data);
    }
    free(writes);
    writes = NULL;
    n_writes = room_writes = 0;
}

static size_t n_calls, fails_at = SIZE_MAX;

/* In place of libc's: the library calls these. */
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    if (n_calls++ == fails_at) {
        errno = ENOSPC;
        return -1;
    }
    log_write((uint64_t)offset, data, size);
    return syscall(SYS_pwrite64, fd, data, size, offset);
}

int ftruncate(int fd, off_t size)
{
    log_write((uint64_t)size, "", 0);
    return (int)syscall(SYS_ftruncate, fd, size);
}

static uint64_t vaddr_of(uint32_t thread, uint64_t i)
{
    uint64_t r = (uint64_t)(thread + 1) << 32 | (i + 1);

    next_random(&r);
    return next_random(&r);
}

static uint64_t written[N_THREADS];
static uint64_t n_events_written[N_THREADS];

static void write_block(struct memtrace_writer *writer,
                        struct memtrace_encoder *encoder, uint32_t thread,
                        size_t n, uint64_t time)
{
    struct memtrace_event map = {.type = MEMTRACE_EVENT_MAP,
                                 .n_args = 5,
                                 .args = {n_events_written[thread], 4096, 3},
                                 .text = "file"};
    struct memtrace_event call = {.type = MEMTRACE_EVENT_SYSCALL, .n_args = 1};
    struct memtrace_event clone = {.type = MEMTRACE_EVENT_SYSCALL,
                                   .n_args = 2,
                                   .args = {1, n_events_written[thread]},
                                   .text = "clone3"};

    memtrace_encoder_begin(encoder, thread, written[thread], time);
    for (size_t i = 0; i < n; i++) {
        struct memtrace_packed packed = {
            vaddr_of(thread, written[thread] + i),
            make_tag(1 + (uint32_t)(i % 5), i % 3 == 0, false, 3)};

        assert_int_equal(memtrace_encoder_accesses(encoder, &packed, 1), 1);
        if (i == n / 2) {
            assert_int_equal(memtrace_encoder_event(encoder, &map), 0);
            assert_int_equal(memtrace_encoder_event(encoder, &call), 0);
            assert_int_equal(memtrace_encoder_event(encoder, &clone), 0);
        }
    }
    memtrace_encoder_stamp(encoder, time + 1);
    end_block(encoder, writer);
    written[thread] += n;
    n_events_written[thread]++;
}

/*
 * What a thread has is right, and with what went makes a whole from its first
 * access on.  Return: accesses of it, with those that went.
 */
static uint64_t check_thread(struct memtrace_reader *reader, uint32_t thread)
{
    const struct memtrace_thread *facts = memtrace_thread(reader, thread);
    uint64_t next = facts ? facts->n_evicted : 0;
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;

    if (!facts) {
        return 0;
    }
    assert_int_equal(memtrace_cursor_open_thread(reader, thread, &cursor), 0);
    while (memtrace_cursor_next(cursor, &batch) == 1) {
        assert_int_equal(batch.first, next);
        for (size_t i = 0; i < batch.n_accesses; i++) {
            assert_int_equal(batch.accesses[i].vaddr, vaddr_of(thread, next));
            assert_true(batch.accesses[i].time > 0);
            next++;
        }
    }
    memtrace_cursor_close(cursor);
    assert_int_equal(facts->n_evicted + facts->n_loads + facts->n_stores, next);
    return next;
}

/* Return: events that stay, each once and in order; of all threads. */
static uint64_t check_events(struct memtrace_reader *reader)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);
    uint64_t next[N_THREADS] = {0}, cloned[N_THREADS] = {0}, n_kept = 0;

    for (int64_t i = 0; i < n; i++) {
        if (events[i].type == MEMTRACE_EVENT_MAP) {
            assert_true(events[i].thread < N_THREADS);
            assert_int_equal(events[i].args[0], next[events[i].thread]);
            assert_string_equal(events[i].text, "file");
            next[events[i].thread]++;
            n_kept++;
        } else if (events[i].n_args == 2) {
            assert_string_equal(events[i].text, "clone3");
            assert_int_equal(events[i].args[1], cloned[events[i].thread]++);
        }
    }
    assert_memory_equal(cloned, next, sizeof(next));
    return n_kept;
}

/* Nothing is wrong, and nothing went back behind what was there before. */
static void check_file(const char *path, uint64_t *least, uint64_t *n_events,
                       bool is_cut)
{
    struct memtrace_reader *reader;
    uint64_t n = 0;

    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 0);
    assert_int_equal(memtrace_summary(reader)->cut_bytes > 0, is_cut);
    for (uint32_t thread = 0; thread < N_THREADS; thread++) {
        n += check_thread(reader, thread);
    }
    assert_true(n >= *least);
    *least = n;
    n = check_events(reader);
    assert_true(n >= *n_events);
    *n_events = n;
    memtrace_close(reader);
}

/* Write a trace. Return: accesses in it. */
static uint64_t write_trace(const char *path, uint64_t seed)
{
    struct memtrace_thread threads[N_THREADS] = {{0}};
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_writer *writer;
    uint64_t r = seed, time = 1000, n = 0;
    struct stat st;

    memset(written, 0, sizeof(written));
    memset(n_events_written, 0, sizeof(n_events_written));
    forget_writes();
    writer = open_writer(path);
    assert_int_equal(memtrace_writer_keep_last(writer, MAX_BYTES), 0);
    for (uint32_t i = 0; i < N_BLOCKS; i++) {
        struct memtrace_insn insn = {.pc = i, .number = i + 1, .size = 1};
        uint32_t thread = i < N_THREADS ? i : next_random(&r) % N_THREADS;

        assert_int_equal(memtrace_writer_insn(writer, &insn), 0);
        write_block(writer, encoder, thread, 10 + next_random(&r) % 700, time);
        /* The third thread ends early: all of it goes. */
        time += thread == 2 && i > 100 ? 0 : 10;
        assert_true(memtrace_writer_bytes(writer) < MAX_BYTES + (16 << 10));
    }
    for (uint32_t i = 0; i < N_THREADS; i++) {
        threads[i] = (struct memtrace_thread){.number = i, .pid = 1, .tid = 1};
        n += written[i];
    }
    assert_int_equal(memtrace_writer_finish(writer, threads, N_THREADS, true),
                     0);
    memtrace_encoder_free(encoder);
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size > MAX_BYTES / 2);
    return n;
}

static void the_end_is_there_and_the_rest_is_counted(void **state)
{
    const struct memtrace_summary *summary;
    struct memtrace_reader *reader;
    uint64_t least, n_events = N_BLOCKS;
    char path[64];

    (void)state;
    temp_path(path);
    least = write_trace(path, 3);
    assert_int_equal(memtrace_open(path, &reader), 0);
    summary = memtrace_summary(reader);
    assert_true(summary->is_complete);
    assert_false(summary->index_rebuilt);
    assert_int_equal(summary->damaged_bytes, 0);
    assert_true(summary->n_evicted > 0);
    assert_int_equal(summary->n_evicted + summary->n_accesses, least);
    assert_int_equal(summary->start_time, 1000);
    assert_int_equal(summary->n_insns, N_BLOCKS);
    assert_int_equal(memtrace_insn(reader, 1)->pc, 0);
    /* All that came after is there: no block that went ended later. */
    assert_true(summary->whole_time > 1000);
    for (uint64_t i = 0; i < summary->n_blocks; i++) {
        assert_true(memtrace_block(reader, i)->end_time >= summary->whole_time);
    }
    memtrace_close(reader);
    check_file(path, &least, &n_events, false);
    unlink(path);
}

/* The file as it is after the first writes and a part of the next. */
static void whenever_the_recorder_is_killed(void **state)
{
    uint64_t least = 0, n_events = 0, end = 0;
    struct sampled sampled = sampled_open("writes, and halves of them", 4);
    char path[64];
    int fd;

    (void)state;
    temp_path(path);
    write_trace(path, 7);
    fd = open(path, O_RDWR | O_TRUNC);
    assert_true(fd >= 0);
    for (size_t i = 0; i < n_writes; i++) {
        const struct write *w = &writes[i];

        if (w->size == 0) {
            assert_int_equal(syscall(SYS_ftruncate, fd, w->offset), 0);
            end = w->offset;
            continue;
        }
        /* Headers are too short to be torn. */
        if (w->size > 100 && i > 0) {
            assert_int_equal(
                syscall(SYS_pwrite64, fd, w->data, w->size / 2, w->offset),
                w->size / 2);
            /* A block that was to lengthen the file is cut off. */
            if (sampled_takes(&sampled, false)) {
                check_file(path, &least, &n_events, w->offset == end);
            }
        }
        assert_int_equal(syscall(SYS_pwrite64, fd, w->data, w->size, w->offset),
                         w->size);
        end = w->offset + w->size > end ? w->offset + w->size : end;
        if (sampled_takes(&sampled, i + 1 == n_writes)) {
            check_file(path, &least, &n_events, false);
        }
    }
    close(fd);
    assert_int_equal(n_events, N_BLOCKS);
    sampled_say(&sampled);
    printf("promise: a trace that keeps its end was right at %" PRIu64
           " moments of %zu writes, behind and in the middle of them\n",
           sampled.n_taken, n_writes);
    unlink(path);
}

/* One write fails: what the file lists is there, and nothing else is. */
static void when_a_write_fails(void **state)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    char path[64];
    size_t n_failed = 0;

    (void)state;
    temp_path(path);
    for (fails_at = 1; fails_at < 1300; fails_at += 3) {
        struct memtrace_thread thread = {.number = 0, .pid = 1, .tid = 1};
        struct memtrace_writer *writer;
        struct memtrace_reader *reader;
        const uint8_t *data;
        size_t size;
        int error = 0, finished;

        forget_writes();
        memset(written, 0, sizeof(written));
        n_calls = 0;
        writer = open_writer(path);
        assert_int_equal(memtrace_writer_keep_last(writer, 8u << 10), 0);
        for (uint32_t i = 0; i < 150 && error == 0; i++) {
            struct memtrace_event map = {.type = MEMTRACE_EVENT_MAP,
                                         .n_args = 5,
                                         .args = {i, 4096, 3},
                                         .text = "file"};
            struct memtrace_packed packed = {i, make_tag(1, false, false, 3)};

            memtrace_encoder_begin(encoder, i % N_THREADS,
                                   written[i % N_THREADS]++, 10 * i + 10);
            memtrace_encoder_accesses(encoder, &packed, 1);
            assert_int_equal(memtrace_encoder_event(encoder, &map), 0);
            memtrace_encoder_finish(encoder, &data, &size);
            error = memtrace_writer_block(writer, data, size);
        }
        assert_true(error == 0 || error == MEMTRACE_ERR_IO);
        n_failed += error != 0;
        finished = memtrace_writer_finish(writer, &thread, 1, false);
        assert_int_equal(finished, n_calls > fails_at ? MEMTRACE_ERR_IO : 0);
        assert_int_equal(memtrace_open(path, &reader), 0);
        assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 0);
        if (error != 0) {
            assert_false(memtrace_summary(reader)->index_rebuilt);
        }
        memtrace_close(reader);
    }
    fails_at = SIZE_MAX;
    assert_true(n_failed > 100);
    memtrace_encoder_free(encoder);
    unlink(path);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_is_there_and_the_rest_is_counted),
        cmocka_unit_test(whenever_the_recorder_is_killed),
        cmocka_unit_test(when_a_write_fails),
    };
    int n_failed = cmocka_run_group_tests(tests, NULL, NULL);

    forget_writes();
    return n_failed;
}
