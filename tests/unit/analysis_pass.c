/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_pass.c - what a pass hands to analyses: all accesses once, in any
 * order or in that of time, events in their places, what a choice lets
 * pass, and errors.
 */
#include <sched.h>

#include "pass.h"
#include "thread_totals.h"
#include "trace_helpers.h"

#define N_THREADS 5
#define N_ACCESSES 6000
#define BLOCK 700

/* Access i of a thread: the test's own account of the trace that it writes. */
static uint64_t vaddr_of(uint32_t thread, uint64_t i)
{
    return ((uint64_t)thread + 1) << 32 | i * 8;
}

static uint64_t time_of(uint32_t thread, uint64_t i)
{
    return 1000 + i / 10 * 50 + thread % 2;
}

static bool is_store(uint64_t i)
{
    return i % 3 == 0;
}

static uint32_t insn_of(uint64_t i)
{
    return 1 + (uint32_t)(i % 7);
}

/* An event every 100 accesses tells its own place. */
static void add_block(struct memtrace_writer *writer,
                      struct memtrace_encoder *encoder, uint32_t thread,
                      uint64_t from, uint64_t to)
{
    memtrace_encoder_begin(encoder, thread, from, time_of(thread, from));
    for (uint64_t i = from; i < to; i++) {
        struct memtrace_packed packed = {
            vaddr_of(thread, i), make_tag(insn_of(i), is_store(i), false, 3)};

        memtrace_encoder_stamp(encoder, time_of(thread, i));
        if (i % 100 == 50) {
            struct memtrace_event event = {
                .type = MEMTRACE_EVENT_KERNEL_ACCESS,
                .n_args = 4,
                .args = {vaddr_of(thread, i), 8, i % 200 == 50, i},
                .text = ""};

            assert_int_equal(memtrace_encoder_event(encoder, &event), 0);
        }
        assert_int_equal(memtrace_encoder_accesses(encoder, &packed, 1), 1);
    }
    end_block(encoder, writer);
}

static void make_trace(char path[64])
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_writer *writer;

    temp_path(path);
    writer = open_writer(path);
    for (uint64_t from = 0; from < N_ACCESSES; from += BLOCK) {
        uint64_t to = from + BLOCK < N_ACCESSES ? from + BLOCK : N_ACCESSES;

        for (uint32_t thread = 0; thread < N_THREADS; thread++) {
            add_block(writer, encoder, thread, from, to);
        }
    }
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
}

/* What an analysis of the test was given. */
struct seen {
    uint64_t next[N_THREADS]; /* position after the last access */
    uint64_t n[N_THREADS];
    uint64_t sum[N_THREADS]; /* of addresses */
    uint64_t n_events;
    uint64_t time;
    uint32_t thread;
    bool is_ordered;
    bool is_placed;
    bool is_finished;
    int fail_after; /* accesses; 0: never */
    bool has_gaps;
};

static int n_states;

static int begin(const struct analysis_source *source, const void *settings,
                 void **state)
{
    struct seen *seen = calloc(1, sizeof(*seen));

    assert_non_null(seen);
    seen->is_ordered = seen->is_placed = true;
    seen->fail_after = settings ? *(const int *)settings : 0;
    seen->has_gaps = source->has_gaps;
    *state = seen;
    __atomic_fetch_add(&n_states, 1, __ATOMIC_RELAXED);
    return 0;
}

static int accesses(void *state, const struct memtrace_batch *batch)
{
    struct seen *seen = state;
    uint32_t t = batch->thread;

    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *a = &batch->accesses[i];

        if (a->time < seen->time ||
            (a->time == seen->time && t < seen->thread)) {
            seen->is_ordered = false;
        }
        seen->time = a->time;
        seen->thread = t;
        seen->n[t]++;
        seen->sum[t] += a->vaddr;
        seen->next[t] = (a->vaddr & UINT32_MAX) / 8 + 1;
    }
    if (seen->fail_after && seen->n[t] > (uint64_t)seen->fail_after) {
        return MEMTRACE_ERR_LIMIT;
    }
    return 0;
}

static int event(void *state, const struct memtrace_event *event)
{
    struct seen *seen = state;

    seen->n_events++;
    if (event->position != event->args[3] ||
        event->position < seen->next[event->thread]) {
        seen->is_placed = false;
    }
    return 0;
}

/* Events whose place is right: all accesses before it have been seen. */
static int event_exactly(void *state, const struct memtrace_event *e)
{
    struct seen *seen = state;

    if (e->position != seen->next[e->thread]) {
        seen->is_placed = false;
    }
    return event(state, e);
}

static int merge(void *state, void *other)
{
    struct seen *to = state;
    const struct seen *from = other;

    for (int t = 0; t < N_THREADS; t++) {
        to->n[t] += from->n[t];
        to->sum[t] += from->sum[t];
    }
    to->n_events += from->n_events;
    return 0;
}

static int finish(void *state)
{
    ((struct seen *)state)->is_finished = true;
    return 0;
}

static void end(void *state)
{
    free(state);
    __atomic_fetch_sub(&n_states, 1, __ATOMIC_RELAXED);
}

static const struct analysis any_order = {
    .name = "any",
    .order = ANALYSIS_ANY_ORDER,
    .begin = begin,
    .accesses = accesses,
    .event = event,
    .merge = merge,
    .finish = finish,
    .end = end,
};

static const struct analysis time_order = {
    .name = "time",
    .order = ANALYSIS_TIME_ORDER,
    .begin = begin,
    .accesses = accesses,
    .event = event_exactly,
    .finish = finish,
    .end = end,
};

static void check_all(const struct seen *seen)
{
    for (uint32_t t = 0; t < N_THREADS; t++) {
        uint64_t sum = 0;

        for (uint64_t i = 0; i < N_ACCESSES; i++) {
            sum += vaddr_of(t, i);
        }
        assert_int_equal(seen->n[t], N_ACCESSES);
        assert_int_equal(seen->sum[t], sum);
    }
    assert_int_equal(seen->n_events, N_THREADS * (N_ACCESSES / 100));
    assert_true(seen->is_finished);
}

struct progress {
    uint64_t done, total;
    unsigned n;
};

static void progress(void *context, uint64_t done, uint64_t total)
{
    struct progress *p = context;

    assert_true(done >= p->done && done <= total);
    *p = (struct progress){done, total, p->n + 1};
}

static void both_orders_in_one_call(void **state)
{
    char path[64];
    struct memtrace_reader *reader;

    (void)state;
    make_trace(path);
    assert_int_equal(memtrace_open(path, &reader), 0);
    for (unsigned n_workers = 0; n_workers < 6; n_workers++) {
        struct progress p = {0};
        struct pass_config config = {
            .n_workers = n_workers, .progress = progress, .context = &p};
        struct pass_item items[] = {{&time_order, NULL, NULL},
                                    {&any_order, NULL, NULL},
                                    {&analysis_threads, NULL, NULL},
                                    {&any_order, NULL, NULL}};
        const struct thread_totals *totals;

        assert_int_equal(pass_run(reader, &config, items, 4), 0);
        check_all(items[0].state);
        check_all(items[1].state);
        check_all(items[3].state);
        assert_true(((struct seen *)items[0].state)->is_ordered);
        assert_true(((struct seen *)items[0].state)->is_placed);
        assert_true(((struct seen *)items[1].state)->is_placed);
        assert_false(((struct seen *)items[1].state)->has_gaps);
        totals = thread_totals(items[2].state);
        assert_int_equal(totals->n, N_THREADS);
        for (uint32_t t = 0; t < N_THREADS; t++) {
            const struct thread_total *total = &totals->threads[t];

            assert_int_equal(total->n_stores, N_ACCESSES / 3);
            assert_int_equal(total->n_loads, N_ACCESSES - N_ACCESSES / 3);
            assert_int_equal(total->n_kernel_stores, N_ACCESSES / 200);
            assert_int_equal(total->n_kernel_loads, N_ACCESSES / 200);
            assert_int_equal(total->bytes, 8 * N_ACCESSES);
            assert_int_equal(total->first_time, time_of(t, 0));
            assert_int_equal(total->last_time, time_of(t, N_ACCESSES - 1));
        }
        assert_int_equal(p.done, 2 * N_THREADS * N_ACCESSES);
        assert_int_equal(p.total, p.done);
        pass_end(items, 4);
        assert_int_equal(n_states, 0);
    }
    memtrace_close(reader);
    unlink(path);
}

/* What passes, worked out access by access. */
static void check_choice(struct memtrace_reader *reader, struct choice *choice,
                         bool (*passes)(uint32_t thread, uint64_t i))
{
    struct pass_item items[] = {{&time_order, NULL, NULL},
                                {&any_order, NULL, NULL}};
    struct pass_config config = {.choice = choice, .n_workers = 2};

    assert_int_equal(choice_ready(choice, reader), 0);
    assert_int_equal(pass_run(reader, &config, items, 2), 0);
    for (int k = 0; k < 2; k++) {
        const struct seen *seen = items[k].state;

        assert_true(seen->has_gaps);
        for (uint32_t t = 0; t < N_THREADS; t++) {
            uint64_t n = 0, sum = 0;

            for (uint64_t i = 0; i < N_ACCESSES; i++) {
                n += passes(t, i);
                sum += passes(t, i) ? vaddr_of(t, i) : 0;
            }
            assert_int_equal(seen->n[t], n);
            assert_int_equal(seen->sum[t], sum);
        }
    }
    assert_true(((struct seen *)items[0].state)->is_ordered);
    pass_end(items, 2);
    choice_free(choice);
}

static bool of_threads(uint32_t thread, uint64_t i)
{
    (void)i;
    return thread == 1 || thread >= 3;
}

static bool of_addresses(uint32_t thread, uint64_t i)
{
    return (thread == 2 && i >= 100 && i <= 200) || (thread == 4 && i == 0) ||
           (thread == 3 && i == BLOCK - 1);
}

static bool of_times(uint32_t thread, uint64_t i)
{
    uint64_t time = time_of(thread, i);

    return (time >= 2000 && time <= 2345) || time == 9001;
}

static bool of_kind_and_insn(uint32_t thread, uint64_t i)
{
    (void)thread;
    return !is_store(i) && (insn_of(i) == 2 || insn_of(i) == 7);
}

static bool of_all(uint32_t thread, uint64_t i)
{
    return thread == 3 && of_times(thread, i) && is_store(i);
}

static void choices(void **state)
{
    char path[64];
    struct memtrace_reader *reader;
    struct choice s = {.kind = CHOICE_ALL};

    (void)state;
    make_trace(path);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_true(choice_is_all(&s));
    choice_add(&s.threads, 3, 99);
    choice_add(&s.threads, 1, 1);
    check_choice(reader, &s, of_threads);
    /* The last byte of one, the first of another. */
    choice_add(&s.addresses, vaddr_of(4, 0), vaddr_of(4, 0));
    choice_add(&s.addresses, vaddr_of(2, 100) + 7, vaddr_of(2, 150));
    choice_add(&s.addresses, vaddr_of(3, BLOCK - 1) + 7,
               vaddr_of(3, BLOCK) - 1);
    choice_add(&s.addresses, vaddr_of(2, 140), vaddr_of(2, 200));
    check_choice(reader, &s, of_addresses);
    choice_add(&s.times, 9001, 9001);
    choice_add(&s.times, 2000, 2345);
    check_choice(reader, &s, of_times);
    s.kind = CHOICE_LOADS;
    assert_int_equal(choice_add_insn(&s, 2, 7), 0);
    assert_int_equal(choice_add_insn(&s, 7, 7), 0);
    assert_int_equal(choice_add_insn(&s, 8, 7), 0);
    check_choice(reader, &s, of_kind_and_insn);
    s.kind = CHOICE_STORES;
    choice_add(&s.times, 9001, 9001);
    choice_add(&s.times, 2000, 2345);
    choice_add(&s.threads, 3, 3);
    check_choice(reader, &s, of_all);
    memtrace_close(reader);
    unlink(path);
}

/* Blocks outside the choice are not even read: damage there is not met. */
static void blocks_passed_over(void **state)
{
    char path[64];
    struct memtrace_reader *reader;
    struct choice s = {.kind = CHOICE_ALL};
    struct analysis of_accesses[] = {time_order, any_order};
    struct pass_item items[] = {{&of_accesses[0], NULL, NULL},
                                {&of_accesses[1], NULL, NULL}};
    struct pass_config config = {.choice = &s};
    uint64_t n_blocks = 0, n_wanted = 0;

    (void)state;
    make_trace(path);
    assert_int_equal(memtrace_open(path, &reader), 0);
    choice_add(&s.times, 2000, 2345);
    assert_int_equal(choice_ready(&s, reader), 0);
    n_blocks = memtrace_summary(reader)->n_blocks;
    for (uint64_t i = 0; i < n_blocks; i++) {
        n_wanted += choice_has_block(&s, memtrace_block(reader, i));
    }
    assert_true(n_wanted > 0 && n_wanted < n_blocks / 2);
    /* With the file gone, each block that is read is a damaged one. */
    of_accesses[0].event = of_accesses[1].event = NULL;
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(pass_run(reader, &config, items, 2), 0);
    assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, n_wanted);
    pass_end(items, 2);
    choice_free(&s);
    memtrace_close(reader);
    unlink(path);
}

static void an_analysis_that_fails(void **state)
{
    char path[64];
    struct memtrace_reader *reader;
    int fail_after = 1000;

    (void)state;
    make_trace(path);
    assert_int_equal(memtrace_open(path, &reader), 0);
    for (int k = 0; k < 2; k++) {
        struct pass_item items[] = {
            {&any_order, NULL, NULL},
            {k ? &any_order : &time_order, &fail_after, NULL}};
        struct pass_config config = {.n_workers = 1};

        assert_int_equal(pass_run(reader, &config, items, 2),
                         MEMTRACE_ERR_LIMIT);
        pass_end(items, 2);
        assert_int_equal(n_states, 0);
    }
    memtrace_close(reader);
    unlink(path);
}

static void a_damaged_block(void **state)
{
    char path[64];
    struct memtrace_reader *reader;
    struct pass_item items[] = {{&time_order, NULL, NULL},
                                {&any_order, NULL, NULL}};
    struct pass_config config = {.n_workers = 3};
    size_t size;
    uint8_t *data;
    uint64_t n[2] = {0, 0};

    (void)state;
    make_trace(path);
    data = read_file(path, &size);
    data[size / 2] ^= 1;
    write_file(path, data, size);
    free(data);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(pass_run(reader, &config, items, 2), 0);
    for (int k = 0; k < 2; k++) {
        for (int t = 0; t < N_THREADS; t++) {
            n[k] += ((struct seen *)items[k].state)->n[t];
        }
    }
    assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 1);
    assert_true(n[0] < (uint64_t)N_THREADS * N_ACCESSES);
    assert_true(n[0] >= (uint64_t)N_THREADS * N_ACCESSES - BLOCK);
    assert_int_equal(n[0], n[1]);
    pass_end(items, 2);
    memtrace_close(reader);
    unlink(path);
}

/* Each processor of those that this test has, alone. */
static void workers_are_as_many_as_processors_that_may_be_used(void **state)
{
    cpu_set_t all, one;
    unsigned n_all;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
    n_all = (unsigned)CPU_COUNT(&all);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &all)) {
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
            assert_int_equal(pass_workers(0), 1);
            assert_int_equal(pass_workers(3), 3);
        }
    }
    assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
    assert_int_equal(pass_workers(0), n_all < 256 ? n_all : 256);
    assert_int_equal(pass_workers(1000), 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_orders_in_one_call),
        cmocka_unit_test(choices),
        cmocka_unit_test(blocks_passed_over),
        cmocka_unit_test(an_analysis_that_fails),
        cmocka_unit_test(a_damaged_block),
        cmocka_unit_test(workers_are_as_many_as_processors_that_may_be_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
