/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_reports.c - of a file of any bytes as a trace all reports are made and
 * written in all formats; or, where the second bit of the first byte says so,
 * its races are found.  What it says that calls of the system read and write is
 * cut first: of these all pages are looked at.
 */
#include <unistd.h>

#include "choice.h"
#include "output.h"
#include "progress_bar.h"
#include "race_report.h"
#include "races.h"
#include "report_formats.h"
#include "report_make.h"
#include "trace_input.h"
#include "trace_symbols.h"

#define IS_FOR_RACES 2
#define MOST_BYTES (64u << 10)

/* The events are the reader's own, and stay as they are made here. */
static void cut_kernel_accesses(struct memtrace_reader *reader)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);

    for (int64_t i = 0; i < n; i++) {
        struct memtrace_event *event = (struct memtrace_event *)&events[i];

        if (event->type == MEMTRACE_EVENT_KERNEL_ACCESS &&
            event->args[1] > MOST_BYTES) {
            event->args[1] = MOST_BYTES;
        }
    }
}

static void look_for_races(struct memtrace_reader *reader,
                           struct symbols *symbols)
{
    struct races_config config = {.n_workers = 1};
    struct code_rules rules = {.n = 0};
    struct race_names names = {symbols, &rules};
    struct race_report report;
    struct races races;
    int error = races_find(reader, &config, &races);

    if (error) {
        MUST(error == MEMTRACE_ERR_LIMIT);
        races_free(&races);
        return;
    }
    MUST(race_report_make(reader, &races, &names, true, &report) == 0);
    MUST(report.n <= races.n_races);
    race_report_free(&report);
    races_free(&races);
}

/* Return: accesses that were counted. */
static uint64_t make_reports(struct memtrace_reader *reader,
                             struct symbols *symbols)
{
    static struct output *output;
    const struct choice choice = {.kind = CHOICE_ALL};
    const struct report_order order = {.top = 0};
    const struct table_style style = {"", "", ""};
    struct report report = {
        .path = "trace", .reader = reader, .symbols = symbols};
    struct progress_bar bar;
    uint64_t n_accesses;

    if (output == NULL) {
        output = output_open();
        MUST(output != NULL);
    }
    MUST(report_choose(&report, NULL) == 0);
    MUST(report_make(&report, &choice, &order, &bar) == 0);
    for (size_t i = 0; report_format(i) != NULL; i++) {
        if (!report_format(i)->is_one_table) {
            report_format(i)->write(output, &report, &style);
        }
    }
    n_accesses = report.n_accesses;
    report_free(&report);
    return n_accesses;
}

/* Accesses of all blocks that can be read. */
static uint64_t count_accesses(const struct memtrace_reader *reader)
{
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    uint64_t n = 0;

    MUST(memtrace_cursor_open_block(reader, &cursor) == 0);
    for (uint64_t i = 0; memtrace_block(reader, i) != NULL; i++) {
        if (memtrace_cursor_seek(cursor, i) == 0) {
            while (memtrace_cursor_next(cursor, &batch) > 0) {
                n += batch.n_accesses;
            }
        }
    }
    memtrace_cursor_close(cursor);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memtrace_reader *reader;
    struct symbols *symbols;
    int fd = trace_input_open(data, size, &reader);

    if (reader != NULL) {
        MUST(trace_symbols_new(reader, NULL, &symbols) == 0);
        MUST(symbols_prepare(symbols) == 0);
        if (data[0] & IS_FOR_RACES) {
            cut_kernel_accesses(reader);
            look_for_races(reader, symbols);
        } else {
            MUST(make_reports(reader, symbols) == count_accesses(reader));
        }
        symbols_free(symbols);
        memtrace_close(reader);
    }
    if (fd >= 0) {
        close(fd);
    }
    return 0;
}
