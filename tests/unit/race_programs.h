/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race_programs.h - random programs of a few threads that do much for
 * themselves and little together, written twice: with digests, and without.
 *
 * Threads go on by turns, so that locks, flags and calls are used in an order
 * that may really be.
 */
#ifndef RACE_PROGRAMS_H
#define RACE_PROGRAMS_H

#include "digester.h"
#include "memory_spaces.h"
#include "race_steps.h"

#define BLOCK 4000
#define THREAD_ACCESSES 24000
#define N_FLAGS 32

#define OWN_PAGES 8
#define OWN(thread) (0x1000000 * (1 + (uint64_t)(thread)))
#define DATA 0x10000
#define DATA_BYTES (3 * RACE_PAGE_BYTES)
#define FLAGS 0x18000
#define FUTEX 0x1a000

enum guest_state { RUNS, WAITS, SLEEPS, IS_OVER };

struct guest_thread {
    enum guest_state state;
    uint64_t first; /* accesses before the block */
    uint64_t hot;
    unsigned since; /* the last stamp */
    unsigned density;
    unsigned flag; /* that it waits for */
    unsigned n_turns;
};

struct program {
    uint64_t random;
    uint64_t time;
    struct memtrace_digester digester;
    struct memtrace_writer *writers[2]; /* without digests, and with */
    struct memtrace_encoder *encoders[N_THREADS][2];
    struct guest_thread guests[N_THREADS];
    unsigned n_flags;
    bool meets_late; /* what was a thread's own is shared at last */
    char paths[2][64];
};

static inline uint64_t below(struct program *p, uint64_t n)
{
    return next_random(&p->random) % n;
}

static inline void put_stamp(struct program *p, uint32_t thread)
{
    p->time += 1 + below(p, 3);
    p->guests[thread].since = 0;
    for (int i = 0; i < 2; i++) {
        memtrace_encoder_stamp(p->encoders[thread][i], p->time);
    }
}

/* The block is full, and another one begins. */
static inline void cut(struct program *p, uint32_t thread)
{
    struct guest_thread *guest = &p->guests[thread];
    size_t n = memtrace_encoder_count(p->encoders[thread][0]);

    guest->first += n;
    for (int i = 0; i < 2; i++) {
        struct memtrace_encoder *encoder = p->encoders[thread][i];
        uint64_t time = memtrace_encoder_time(encoder);

        end_block(encoder, p->writers[i]);
        memtrace_encoder_begin(encoder, thread, guest->first, time);
    }
}

static inline void put(struct program *p, uint32_t thread, uint64_t vaddr,
                       uint32_t tag)
{
    struct memtrace_packed packed = {vaddr, tag};
    struct guest_thread *guest = &p->guests[thread];

    if (memtrace_encoder_count(p->encoders[thread][0]) == BLOCK) {
        cut(p, thread);
    }
    if (++guest->since >= guest->density) {
        put_stamp(p, thread);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            memtrace_encoder_accesses(p->encoders[thread][i], &packed, 1), 1);
    }
}

static inline void put_it(struct program *p, uint32_t thread,
                          const struct memtrace_event *event)
{
    p->time += 1 + below(p, 3);
    for (int i = 0; i < 2; i++) {
        put_event(p->encoders[thread][i], p->time, event);
    }
}

static inline void put_call(struct program *p, uint32_t thread,
                            const char *name, uint64_t number, uint64_t a,
                            uint64_t b)
{
    const struct memtrace_event call = {
        .type = MEMTRACE_EVENT_SYSCALL,
        .n_args = 7,
        .args = {number, a, b},
        .text = name,
    };

    put_it(p, thread, &call);
}

static inline void put_return(struct program *p, uint32_t thread,
                              const char *name, uint64_t number)
{
    const struct memtrace_event back = {
        .type = MEMTRACE_EVENT_SYSCALL_RETURN,
        .n_args = 2,
        .args = {number},
        .text = name,
    };

    put_it(p, thread, &back);
}

static inline void put_hot(struct program *p, uint32_t thread)
{
    struct guest_thread *guest = &p->guests[thread];
    uint32_t insn = 200 + (uint32_t)below(p, 6);

    put(p, thread, OWN(thread) + 8 * (guest->hot++ % (OWN_PAGES * 128)),
        make_tag(insn, insn == 200, false, 3));
}

static inline void put_work(struct program *p, uint32_t thread)
{
    struct guest_thread *guest = &p->guests[thread];

    if (below(p, 3) == 0) {
        guest->density = below(p, 3) ? 64 : 1 + (unsigned)below(p, 8);
    }
    for (uint64_t i = 50 + below(p, below(p, 4) ? 300 : 2000); i; i--) {
        put_hot(p, thread);
    }
    /* Memory that is new, or has not been used for long. */
    if (below(p, 8) == 0) {
        put(p, thread, OWN(thread) + 0x10000 + 8 * below(p, 20000),
            make_tag(210, true, false, 3));
    }
}

static inline void put_atomic(struct program *p, uint32_t thread,
                              uint64_t vaddr, uint32_t insn)
{
    put_stamp(p, thread);
    put(p, thread, vaddr, make_tag(insn, false, true, 2));
    put(p, thread, vaddr, make_tag(insn, true, true, 2));
    put_stamp(p, thread);
}

static inline void put_data(struct program *p, uint32_t thread, uint64_t n)
{
    for (; n; n--) {
        uint32_t insn = 10 + 4 * thread + (uint32_t)below(p, 4);

        /* Some reach from one page into the next. */
        put(p, thread, DATA + 4 * below(p, DATA_BYTES / 4),
            make_tag(insn, below(p, 3) == 0, false, (unsigned)below(p, 4)));
    }
}

static inline void put_locked(struct program *p, uint32_t thread)
{
    uint64_t lock = LOCK + 64 * below(p, 2);

    put_atomic(p, thread, lock, 1);
    put_data(p, thread, 1 + below(p, 6));
    if (below(p, 2)) {
        put_atomic(p, thread, lock, 2);
    } else {
        put(p, thread, lock, make_tag(3, true, false, 2));
    }
}

static inline uint64_t flag_at(unsigned flag)
{
    return FLAGS + 64 * (uint64_t)flag;
}

/* What a flag stands for lies beside it. */
static inline void wait_on(struct program *p, uint32_t thread, uint64_t n)
{
    struct guest_thread *guest = &p->guests[thread];
    bool has_other = guest->flag % 3 == 0, has_progress = guest->flag % 7 == 0;
    bool has_pair = guest->flag % 4 == 1, has_copy = guest->flag % 5 == 2;

    for (; n; n--) {
        put(p, thread, flag_at(guest->flag), make_tag(100, false, false, 2));
        if (has_other) {
            put(p, thread, OWN(thread), make_tag(101, false, false, 3));
        }
        if (has_pair && guest->n_turns % 2) {
            put(p, thread, OWN(thread) + 8, make_tag(107, false, false, 3));
        }
        if (has_pair) {
            put(p, thread, OWN(thread) + 16, make_tag(105, true, false, 3));
            put(p, thread, OWN(thread) + 24, make_tag(105, true, false, 3));
        }
        if (has_copy) {
            put(p, thread, OWN(thread) + 24, make_tag(106, false, false, 3));
            put(p, thread, OWN(thread) + 40, make_tag(106, true, false, 3));
        }
        if (has_progress) {
            put_hot(p, thread);
        }
        guest->n_turns++;
    }
}

static inline void set_flag(struct program *p, uint32_t thread, unsigned flag)
{
    put(p, thread, flag_at(flag) + 8, make_tag(102, true, false, 3));
    put(p, thread, flag_at(flag), make_tag(103, true, false, 2));
    put_hot(p, thread);
    put_stamp(p, thread);
}

static inline void stop_waiting(struct program *p, uint32_t thread)
{
    struct guest_thread *guest = &p->guests[thread];

    wait_on(p, thread, 1);
    put_stamp(p, thread);
    put(p, thread, flag_at(guest->flag) + 8, make_tag(104, false, false, 3));
    guest->state = RUNS;
}

/* Somebody who waits goes on. */
static inline void wake(struct program *p, uint32_t thread)
{
    for (uint32_t i = 0; i < N_THREADS; i++) {
        struct guest_thread *guest = &p->guests[i];

        if (guest->state == WAITS && guest->n_turns > 4) {
            set_flag(p, thread, guest->flag);
            stop_waiting(p, i);
        } else if (guest->state == SLEEPS) {
            put_call(p, thread, "futex", 202, FUTEX, 1);
            put_return(p, thread, "futex", 202);
            put_return(p, i, "futex", 202);
            put_data(p, i, 1);
            guest->state = RUNS;
        }
    }
}

static inline void start_to_wait(struct program *p, uint32_t thread)
{
    struct guest_thread *guest = &p->guests[thread];

    guest->density = below(p, 2) ? 1 : 64;
    if (below(p, 2)) {
        put_call(p, thread, "futex", 202, FUTEX, 0);
        guest->state = SLEEPS;
    } else if (p->n_flags < N_FLAGS) {
        guest->state = WAITS;
        guest->flag = p->n_flags++;
        guest->n_turns = 0;
        wait_on(p, thread, 3);
    }
}

/* Memory of another thread. */
static inline void put_strange(struct program *p, uint32_t thread)
{
    if (p->meets_late && p->time > 3 * THREAD_ACCESSES / 20) {
        put(p, thread, OWN((thread + 1) % N_THREADS) + 8 * below(p, 300),
            make_tag(220 + thread, false, false, 3));
    }
}

static inline void put_kernel(struct program *p, uint32_t thread)
{
    const struct memtrace_event access = {
        .type = MEMTRACE_EVENT_KERNEL_ACCESS,
        .n_args = 4,
        .args = {DATA + 8 * below(p, DATA_BYTES / 8), 8, 1, 1},
    };

    put_call(p, thread, "read", 0, 3, 0);
    put_it(p, thread, &access);
    put_return(p, thread, "read", 0);
}

static inline void run(struct program *p, uint32_t thread)
{
    uint64_t kind = below(p, 20);

    put_work(p, thread);
    if (kind < 6) {
        put_locked(p, thread);
    } else if (kind < 8) {
        put_data(p, thread, 1);
    } else if (kind < 10) {
        start_to_wait(p, thread);
    } else if (kind < 15) {
        wake(p, thread);
    } else if (kind == 15) {
        put_kernel(p, thread);
    } else if (kind == 16) {
        put_call(p, thread, "write", 1, 3, 0);
        put_return(p, thread, "write", 1);
    } else if (kind == 17) {
        put_strange(p, thread);
    }
}

static inline void end_guest(struct program *p, uint32_t thread)
{
    const struct memtrace_event end = {.type = MEMTRACE_EVENT_THREAD_END};

    if (thread == 0) {
        for (uint32_t i = 1; i < N_THREADS; i++) {
            put_stamp(p, 0);
            put(p, 0, END_WORD(i), make_tag(110, false, false, 2));
        }
        put_stamp(p, 0);
        put_data(p, 0, 3);
    }
    put_call(p, thread, "exit", 60, 0, 0);
    put_it(p, thread, &end);
    p->guests[thread].state = IS_OVER;
}

static inline void take_turn(struct program *p, uint32_t thread)
{
    struct guest_thread *guest = &p->guests[thread];
    bool has_done =
        guest->first + memtrace_encoder_count(p->encoders[thread][0]) >
        THREAD_ACCESSES;
    bool is_last = true;

    for (uint32_t i = 1; i < N_THREADS; i++) {
        is_last &= p->guests[i].state == IS_OVER;
    }
    if (guest->state == IS_OVER || (has_done && !thread && !is_last)) {
        return;
    }
    if (guest->state != RUNS && !is_last && guest->n_turns < 200) {
        if (guest->state == WAITS) {
            wait_on(p, thread, 1 + below(p, 4));
        }
        guest->n_turns++;
        return;
    }
    guest->state = RUNS; /* nobody comes any more */
    guest->n_turns = 0;
    if (has_done) {
        end_guest(p, thread);
    } else {
        run(p, thread);
    }
}

static inline void open_program(struct program *p, uint64_t seed)
{
    *p = (struct program){
        .random = seed * 0x9e3779b97f4a7c15u + 1,
        .time = 20,
        .meets_late = seed % 3 == 0,
    };
    assert_int_equal(race_digester_open(&p->digester), 0);
    for (int i = 0; i < 2; i++) {
        temp_path(p->paths[i]);
        p->writers[i] = open_writer(p->paths[i]);
        must(memtrace_writer_meta(p->writers[i], "guest.arch", "x86_64"));
        for (uint32_t thread = 0; thread < N_THREADS; thread++) {
            struct memtrace_encoder *encoder = memtrace_encoder_new();

            assert_non_null(encoder);
            if (i == 1) {
                must(memtrace_encoder_digest(encoder, &p->digester));
            }
            memtrace_encoder_begin(encoder, thread, 0, thread ? 3 : 1);
            put_start(encoder, thread);
            p->encoders[thread][i] = encoder;
            p->guests[thread].density = 64;
        }
    }
}

/* Return: in @readers the trace without digests, and with them. */
static inline void make_program(uint64_t seed,
                                struct memtrace_reader *readers[2])
{
    struct memtrace_thread threads[N_THREADS];
    struct program p;

    open_program(&p, seed);
    while (p.guests[0].state != IS_OVER) {
        take_turn(&p, (uint32_t)below(&p, N_THREADS));
    }
    for (uint32_t i = 0; i < N_THREADS; i++) {
        threads[i] = (struct memtrace_thread){
            .number = i,
            .pid = 1,
            .tid = FIRST_TID + i,
            .parent = i ? 0 : MEMTRACE_NO_THREAD,
            .start_time = i ? 3 : 1,
        };
    }
    for (int i = 0; i < 2; i++) {
        for (uint32_t thread = 0; thread < N_THREADS; thread++) {
            end_block(p.encoders[thread][i], p.writers[i]);
            memtrace_encoder_free(p.encoders[thread][i]);
        }
        must(memtrace_writer_finish(p.writers[i], threads, N_THREADS, true));
        must(memtrace_open(p.paths[i], &readers[i]));
        unlink(p.paths[i]);
    }
    race_digester_close(&p.digester);
}

#endif /* RACE_PROGRAMS_H */
