/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_example.c - the analysis of docs/analyses.md, fed with accesses
 * that are made up, and run over a trace.
 */
#include "line_crossings.h"
#include "pass.h"
#include "trace_helpers.h"

static void made_up_accesses(void **unused)
{
    static const struct memtrace_access made_up[] = {
        {.vaddr = 0x103f, .size = 1},  {.vaddr = 0x103f, .size = 2},
        {.vaddr = 0x1038, .size = 8},  {.vaddr = 0x1039, .size = 8},
        {.vaddr = 0x1000, .size = 64}, {.vaddr = 0x1001, .size = 64},
    };
    const struct memtrace_batch batch = {.accesses = made_up, .n_accesses = 6};
    const struct line_crossings *results;
    void *state = NULL;

    (void)unused;
    assert_int_equal(analysis_crossings.begin(NULL, NULL, &state), 0);
    assert_int_equal(analysis_crossings.accesses(state, &batch), 0);
    results = line_crossings(state);
    assert_int_equal(results->n_accesses[0], 1);
    assert_int_equal(results->n_crossing[0], 0);
    assert_int_equal(results->n_crossing[1], 1);
    assert_int_equal(results->n_accesses[3], 2);
    assert_int_equal(results->n_crossing[3], 1);
    assert_int_equal(results->n_crossing[6], 1);
    analysis_crossings.end(state);
}

static void over_a_trace(void **unused)
{
    struct stream s = program_stream(20000, 7, 32);
    const struct line_crossings_settings settings = {.line_bytes = 16};
    struct pass_item item = {&analysis_crossings, &settings, NULL};
    struct pass_config config = {.n_workers = 3};
    struct memtrace_reader *reader;
    struct memtrace_writer *writer;
    uint64_t n = 0, n_crossing = 0;
    char path[64];

    (void)unused;
    temp_path(path);
    writer = open_writer(path);
    write_stream(writer, 0, &s, 1000, 100);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    for (size_t i = 0; i < s.n; i++) {
        uint64_t first = s.entries[i].vaddr;
        uint64_t last = first + (1u << (s.entries[i].tag & 7)) - 1;

        if (s.entries[i].tag < MEMTRACE_TAG_CONTROL) {
            n++;
            n_crossing += first / 16 != last / 16;
        }
    }
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(pass_run(reader, &config, &item, 1), 0);
    for (int i = 0; i < CROSSINGS_SIZES; i++) {
        n -= line_crossings(item.state)->n_accesses[i];
        n_crossing -= line_crossings(item.state)->n_crossing[i];
    }
    assert_int_equal(n, 0);
    assert_int_equal(n_crossing, 0);
    pass_end(&item, 1);
    memtrace_close(reader);
    free(s.entries);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_up_accesses),
        cmocka_unit_test(over_a_trace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
