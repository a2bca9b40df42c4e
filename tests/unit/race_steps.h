/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race_steps.h - traces of a few threads that are made up step by step, and
 * the races that are found in them.
 */
#ifndef RACE_STEPS_H
#define RACE_STEPS_H

#include "races.h"
#include "trace_helpers.h"

#define N_THREADS 3
#define FIRST_TID 100

/* Flags of clone(), with CLONE_CHILD_CLEARTID; word of the thread's end. */
#define CLONE_FLAGS 0x3d0f00
#define END_WORD(thread) (0x9000 + 0x100 * (thread))

#define X 0x10010
#define LOCK 0x20000
#define OTHER_LOCK 0x20040

/*
 * One thing that a thread does: a stamp, and an access of 8 bytes or an event;
 * or where its block ends and another one begins.
 * Numbers of instructions tell races apart.
 */
struct step {
    uint32_t thread;
    uint64_t time; /* of the stamp before it; 0: none of its own */
    enum {
        LOAD,
        STORE,
        ATOMIC_LOAD,
        ATOMIC_STORE,
        EXCLUSIVE_STORE,
        EVENT,
        CUT
    } what;
    uint64_t vaddr;
    uint32_t insn;
    unsigned size_log2_plus_1; /* 0: 8 bytes */
    struct memtrace_event event;
};

static inline void must(int error)
{
    if (error < 0) {
        fail_msg("%s", memtrace_strerror(error));
    }
}

static inline void put_event(struct memtrace_encoder *encoder, uint64_t time,
                             const struct memtrace_event *event)
{
    struct memtrace_event copy = *event;

    copy.text = event->text ? event->text : "";
    memtrace_encoder_stamp(encoder, time);
    must(memtrace_encoder_event(encoder, &copy));
}

/* T0 starts the others at time 1; they begin at time 3. */
static inline void put_start(struct memtrace_encoder *encoder, uint32_t thread)
{
    struct memtrace_event start = {
        .type = MEMTRACE_EVENT_THREAD_START,
        .n_args = 3,
        .args = {1, FIRST_TID + thread, thread ? 0 : MEMTRACE_NO_THREAD},
    };

    put_event(encoder, thread ? 3 : 1, &start);
    for (uint32_t i = 1; i < N_THREADS && thread == 0; i++) {
        struct memtrace_event call = {
            .type = MEMTRACE_EVENT_SYSCALL,
            .n_args = 7,
            .args = {56, CLONE_FLAGS, 0, 0, END_WORD(i)},
            .text = "clone",
        };
        struct memtrace_event back = {
            .type = MEMTRACE_EVENT_SYSCALL_RETURN,
            .n_args = 2,
            .args = {56, FIRST_TID + i},
            .text = "clone",
        };

        put_event(encoder, 1, &call);
        put_event(encoder, 4, &back);
    }
}

static inline void put_step(struct memtrace_encoder *encoder,
                            const struct step *step)
{
    bool is_store = step->what == STORE || step->what == ATOMIC_STORE ||
                    step->what == EXCLUSIVE_STORE;
    bool is_atomic = step->what == ATOMIC_LOAD || step->what == ATOMIC_STORE ||
                     step->what == EXCLUSIVE_STORE;
    unsigned size = step->size_log2_plus_1 ? step->size_log2_plus_1 - 1 : 3;
    struct memtrace_packed packed = {
        .vaddr = step->vaddr,
        .tag = step->insn << MEMTRACE_TAG_INSN_SHIFT |
               (is_atomic ? MEMTRACE_TAG_ATOMIC : 0) |
               (is_store ? MEMTRACE_TAG_STORE : 0) | size,
    };

    if (step->time) {
        memtrace_encoder_stamp(encoder, step->time);
    }
    if (step->what == EVENT) {
        put_event(encoder, step->time, &step->event);
    } else {
        assert_int_equal(memtrace_encoder_accesses(encoder, &packed, 1), 1);
    }
}

#define MOST_BLOCKS 32

/* The blocks of a thread, till they are written. */
struct step_blocks {
    uint8_t *data[MOST_BLOCKS];
    size_t bytes[MOST_BLOCKS];
    size_t n;
};

static inline void keep_block(struct memtrace_encoder *encoder,
                              struct step_blocks *blocks)
{
    const uint8_t *data;
    size_t bytes;

    must(memtrace_encoder_finish(encoder, &data, &bytes));
    assert_true(blocks->n < MOST_BLOCKS);
    blocks->data[blocks->n] = malloc(bytes);
    assert_non_null(blocks->data[blocks->n]);
    memcpy(blocks->data[blocks->n], data, bytes);
    blocks->bytes[blocks->n++] = bytes;
}

static inline void write_blocks(struct memtrace_writer *writer,
                                struct step_blocks *blocks, bool is_backwards)
{
    for (size_t i = 0; i < blocks->n; i++) {
        size_t at = is_backwards ? blocks->n - 1 - i : i;

        must(
            memtrace_writer_block(writer, blocks->data[at], blocks->bytes[at]));
        free(blocks->data[at]);
    }
}

static inline void encode_thread(struct memtrace_encoder *encoder,
                                 uint32_t thread, const struct step *steps,
                                 size_t n, struct step_blocks *blocks)
{
    uint64_t first = 0;

    memtrace_encoder_begin(encoder, thread, 0, thread ? 3 : 1);
    put_start(encoder, thread);
    for (size_t i = 0; i < n; i++) {
        if (steps[i].thread == thread && steps[i].what == CUT) {
            first += memtrace_encoder_count(encoder);
            keep_block(encoder, blocks);
            memtrace_encoder_begin(encoder, thread, first,
                                   memtrace_encoder_time(encoder));
        } else if (steps[i].thread == thread) {
            put_step(encoder, &steps[i]);
        }
    }
    keep_block(encoder, blocks);
}

/* Of the instructions those that say something. */
static inline void write_insns(struct memtrace_writer *writer,
                               const struct step *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct memtrace_insn insn = {
            .pc = 0x1000 + 4 * steps[i].insn,
            .number = steps[i].insn,
            .size = 4,
            .flags = MEMTRACE_ATOMIC | MEMTRACE_INSN_CONDITIONAL,
        };

        if (steps[i].what == EXCLUSIVE_STORE) {
            must(memtrace_writer_insn(writer, &insn));
        }
    }
}

/* @is_backwards: the last block of a thread is the first in the file. */
static inline void write_trace(int fd, const struct step *steps, size_t n,
                               bool is_backwards)
{
    struct memtrace_thread threads[N_THREADS];
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_writer *writer;

    assert_non_null(encoder);
    must(memtrace_writer_create(fd, &writer));
    must(memtrace_writer_meta(writer, "guest.arch", "x86_64"));
    for (uint32_t thread = 0; thread < N_THREADS; thread++) {
        struct step_blocks blocks = {.n = 0};

        threads[thread] = (struct memtrace_thread){
            .number = thread,
            .pid = 1,
            .tid = FIRST_TID + thread,
            .parent = thread ? 0 : MEMTRACE_NO_THREAD,
            .start_time = thread ? 3 : 1,
        };
        encode_thread(encoder, thread, steps, n, &blocks);
        write_blocks(writer, &blocks, is_backwards);
    }
    write_insns(writer, steps, n);
    must(memtrace_writer_finish(writer, threads, N_THREADS, true));
    memtrace_encoder_free(encoder);
}

static inline void find_races_in(const struct step *steps, size_t n,
                                 bool is_backwards, struct races *races)
{
    struct races_config config = {.n_workers = 1};
    char path[] = "races-XXXXXX";
    struct memtrace_reader *reader;
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    write_trace(fd, steps, n, is_backwards);
    must(memtrace_open(path, &reader));
    must(races_find(reader, &config, races));
    memtrace_close(reader);
    unlink(path);
}

static inline void find_races(const struct step *steps, size_t n,
                              struct races *races)
{
    find_races_in(steps, n, false, races);
}

#define N_STEPS(steps) (sizeof(steps) / sizeof((steps)[0]))

#define NO_RACE(steps)                                                         \
    do {                                                                       \
        struct races races_;                                                   \
        find_races(steps, N_STEPS(steps), &races_);                            \
        assert_int_equal(races_.n_races, 0);                                   \
        races_free(&races_);                                                   \
    } while (0)

/* One race, of these instructions in some order. */
#define ONE_RACE(steps, a, b, kind_)                                           \
    do {                                                                       \
        struct races races_;                                                   \
        find_races(steps, N_STEPS(steps), &races_);                            \
        assert_int_equal(races_.n_races, 1);                                   \
        assert_int_equal(races_.races[0].kind, kind_);                         \
        assert_int_equal(                                                      \
            races_.races[0].sides[0].insn *races_.races[0].sides[1].insn,      \
            (a) * (b));                                                        \
        races_free(&races_);                                                   \
    } while (0)

#define CALL(number, first, second, name)                                      \
    {                                                                          \
        .type = MEMTRACE_EVENT_SYSCALL, .n_args = 7,                           \
        .args = {number, first, second}, .text = (name)                        \
    }
#define RETURN(number, result, name)                                           \
    {                                                                          \
        .type = MEMTRACE_EVENT_SYSCALL_RETURN, .n_args = 2,                    \
        .args = {number, result}, .text = (name)                               \
    }

#endif /* RACE_STEPS_H */
