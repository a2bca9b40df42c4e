/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_pass_digest.c - an analysis that can do without a block's accesses
 * is not given them, and is given those of the others.
 */
#include "pass.h"
#include "trace_helpers.h"

#define N_BLOCKS 30
#define BLOCK 50

/* Block i is the i-th of the trace, and its accesses tell so. */
static struct memtrace_reader *make_trace(void)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    char path[64];

    assert_non_null(encoder);
    temp_path(path);
    writer = open_writer(path);
    for (uint64_t i = 0; i < N_BLOCKS; i++) {
        memtrace_encoder_begin(encoder, i % 3, i / 3 * BLOCK, 100 + i);
        for (unsigned k = 0; k < BLOCK; k++) {
            struct memtrace_packed packed = {i, make_tag(1, false, false, 3)};

            assert_int_equal(memtrace_encoder_accesses(encoder, &packed, 1), 1);
        }
        end_block(encoder, writer);
    }
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    unlink(path);
    return reader;
}

/* What the hooks say of each block: the settings. */
struct answers {
    int digest[N_BLOCKS];
    bool is_unwanted[N_BLOCKS];
};

/* How often a state was called for each block. */
struct seen {
    const struct answers *answers;
    unsigned n_asked[N_BLOCKS], n_begun[N_BLOCKS], n_accesses[N_BLOCKS];
};

static int n_states;

static int begin(const struct analysis_source *source, const void *settings,
                 void **state)
{
    struct seen *seen = calloc(1, sizeof(*seen));

    (void)source;
    assert_non_null(seen);
    seen->answers = settings;
    *state = seen;
    __atomic_fetch_add(&n_states, 1, __ATOMIC_RELAXED);
    return 0;
}

static bool wants(const void *state, uint64_t block)
{
    const struct seen *seen = state;

    return !seen->answers->is_unwanted[block];
}

static int block(void *state, uint64_t block)
{
    ((struct seen *)state)->n_begun[block]++;
    return 0;
}

static int digest(void *state, uint64_t block)
{
    struct seen *seen = state;

    seen->n_asked[block]++;
    return seen->answers->digest[block];
}

static int accesses(void *state, const struct memtrace_batch *batch)
{
    struct seen *seen = state;

    for (size_t i = 0; i < batch->n_accesses; i++) {
        seen->n_accesses[batch->accesses[i].vaddr]++;
    }
    return 0;
}

static int merge(void *state, void *other)
{
    struct seen *to = state;
    const struct seen *from = other;

    for (int i = 0; i < N_BLOCKS; i++) {
        to->n_asked[i] += from->n_asked[i];
        to->n_begun[i] += from->n_begun[i];
        to->n_accesses[i] += from->n_accesses[i];
    }
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
    .wants = wants,
    .block = block,
    .digest = digest,
    .accesses = accesses,
    .merge = merge,
    .end = end,
};

static void check(const struct seen *seen, unsigned i, bool is_asked,
                  bool is_read)
{
    assert_int_equal(seen->n_asked[i], is_asked);
    assert_int_equal(seen->n_begun[i], is_read);
    assert_int_equal(seen->n_accesses[i], is_read ? BLOCK : 0);
}

static void digests_in_place_of_accesses(void **state)
{
    struct memtrace_reader *reader = make_trace();
    struct answers answers = {.digest = {0}};

    (void)state;
    for (int i = 0; i < N_BLOCKS; i++) {
        answers.digest[i] = i % 4 == 1 || i % 7 == 3;
        answers.is_unwanted[i] = i % 5 == 2;
    }
    for (unsigned n_workers = 1; n_workers <= 4; n_workers++) {
        const struct pass_config config = {.n_workers = n_workers};
        struct pass_item item = {&any_order, &answers, NULL};

        assert_int_equal(pass_run(reader, &config, &item, 1), 0);
        for (unsigned i = 0; i < N_BLOCKS; i++) {
            check(item.state, i, !answers.is_unwanted[i],
                  !answers.is_unwanted[i] && !answers.digest[i]);
        }
        pass_end(&item, 1);
        assert_int_equal(n_states, 0);
    }
    memtrace_close(reader);
}

static void an_error_ends_the_pass(void **state)
{
    struct memtrace_reader *reader = make_trace();
    struct answers answers = {.digest = {0}};

    (void)state;
    answers.digest[4] = 1;
    answers.digest[9] = MEMTRACE_ERR_LIMIT;
    for (unsigned n_workers = 1; n_workers <= 4; n_workers++) {
        const struct pass_config config = {.n_workers = n_workers};
        struct pass_item item = {&any_order, &answers, NULL};

        assert_int_equal(pass_run(reader, &config, &item, 1),
                         MEMTRACE_ERR_LIMIT);
        for (unsigned i = 0; i < N_BLOCKS && n_workers == 1; i++) {
            check(item.state, i, i <= 9, i < 9 && i != 4);
        }
        pass_end(&item, 1);
        assert_int_equal(n_states, 0);
    }
    memtrace_close(reader);
}

/* Two might part their ways, and where time orders blocks are mixed. */
static void not_asked(void **state)
{
    const struct pass_config config = {.n_workers = 2};
    struct memtrace_reader *reader = make_trace();
    struct analysis time_order = any_order;
    struct answers answers;
    struct pass_item items[] = {{&any_order, &answers, NULL},
                                {&any_order, &answers, NULL},
                                {&time_order, &answers, NULL}};

    (void)state;
    time_order.order = ANALYSIS_TIME_ORDER;
    memset(&answers, 0, sizeof(answers));
    for (int i = 0; i < N_BLOCKS; i++) {
        answers.digest[i] = 1;
    }
    assert_int_equal(pass_run(reader, &config, items, 3), 0);
    for (unsigned i = 0; i < N_BLOCKS; i++) {
        const struct seen *ordered = items[2].state;

        check(items[0].state, i, false, true);
        check(items[1].state, i, false, true);
        assert_int_equal(ordered->n_asked[i], 0);
        assert_int_equal(ordered->n_accesses[i], BLOCK);
    }
    pass_end(items, 3);
    memtrace_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_in_place_of_accesses),
        cmocka_unit_test(an_error_ends_the_pass),
        cmocka_unit_test(not_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
