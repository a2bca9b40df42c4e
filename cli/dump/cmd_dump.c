/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_dump.c - memtrace dump: the accesses of a trace, one a line.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "dump_format.h"
#include "event_stream.h"
#include "filter.h"
#include "message.h"
#include "output.h"
#include "trace_file.h"

enum dump_order { ORDER_TIME, ORDER_THREAD };

/* Accesses that are formatted together: their text stays in the cache. */
#define CHUNK_ACCESSES 2048
_Static_assert((size_t)CHUNK_ACCESSES *DUMP_ROW_MAX <= OUTPUT_RESERVE_MAX,
               "a chunk must fit into the output");

struct dump_settings {
    const char *input;
    struct filter filter;
    int order;  /* enum dump_order */
    int format; /* dump_formats */
    bool has_pc;
    bool has_stamps;
    bool has_events;
    bool has_values;
    bool has_symbols;
    bool has_code;
    uint64_t limit;
};

struct dump {
    const struct dump_settings *settings;
    const struct dump_format *format;
    struct memtrace_reader *reader;
    struct output *output;
    struct symbols *symbols; /* NULL where no names are needed */
    struct choice choice;
    struct dump_rows rows;
    struct dump_names names; /* .symbols is NULL where they are not shown */
    struct event_stream events;
    struct memtrace_access *kept; /* CHUNK_ACCESSES, for the choice */
    struct memtrace_value *kept_values;
    bool has_kernel; /* what system calls accessed is there */
    uint64_t left;   /* till --limit */
    int error;       /* of naming */
};

static bool is_over(const struct dump *dump)
{
    return !dump->left || dump->error || output_is_over(dump->output);
}

/* A line that is there already, but for its end, and names. */
static void put_named(struct dump *dump, size_t size, uint32_t thread,
                      const struct memtrace_access *access)
{
    const char *end = dump->format->line_end;
    struct dump_name name;
    int error = dump_names_find(&dump->names, thread, access, &name);

    output_commit(dump->output, size - strlen(end));
    dump->format->names(dump->output, &name);
    output_string(dump->output, end);
    dump->error = dump->error ? dump->error : error;
}

/* An access that a system call made is a line among the others. */
static void put_kernel_access(struct dump *dump,
                              const struct memtrace_event *event)
{
    char *out;

    if (dump->left && choice_kernel_access(&dump->choice, event)) {
        size_t size;

        out = output_reserve(dump->output, DUMP_ROW_MAX);
        size = dump->format->kernel(&dump->rows, event, out);
        if (dump->names.symbols) {
            put_named(dump, size, event->thread,
                      &(struct memtrace_access){.vaddr = event->args[0],
                                                .time = event->time,
                                                .insn = UINT32_MAX});
        } else {
            output_commit(dump->output, size);
        }
        dump->left--;
    }
}

static void put_event(struct dump *dump, const struct memtrace_event *event)
{
    if (event->type == MEMTRACE_EVENT_KERNEL_ACCESS) {
        put_kernel_access(dump, event);
        return;
    }
    if (dump->settings->has_events) {
        dump->format->event(dump->output, dump->reader, event,
                            dump->settings->has_stamps);
    }
}

static void put_rows(struct dump *dump, const struct memtrace_batch *batch)
{
    char *out;

    if (!dump->names.symbols) {
        out = output_reserve(dump->output, batch->n_accesses * DUMP_ROW_MAX);
        output_commit(dump->output,
                      dump->format->rows(&dump->rows, batch, out));
        return;
    }
    for (size_t i = 0; i < batch->n_accesses && !is_over(dump); i++) {
        struct memtrace_batch one = *batch;

        one.accesses += i;
        one.values = batch->values ? batch->values + i : NULL;
        one.n_accesses = 1;
        out = output_reserve(dump->output, DUMP_ROW_MAX);
        put_named(dump, dump->format->rows(&dump->rows, &one, out),
                  batch->thread, one.accesses);
    }
}

/* Accesses @from to @to of the batch, without looking at events. */
static void put_accesses(struct dump *dump, const struct memtrace_batch *batch,
                         size_t from, size_t to)
{
    bool is_choosing = choice_looks_inside(&dump->choice);

    while (from < to && !is_over(dump)) {
        size_t n = to - from < CHUNK_ACCESSES ? to - from : CHUNK_ACCESSES;
        struct memtrace_batch part = {
            .accesses = batch->accesses + from,
            .values = dump->settings->has_values && batch->values
                          ? batch->values + from
                          : NULL,
            .n_accesses = n,
            .first = batch->first + from,
            .thread = batch->thread,
        };

        if (is_choosing) {
            part.n_accesses = choice_accesses(&dump->choice, &part, dump->kept,
                                              dump->kept_values);
            part.accesses = dump->kept;
            part.values = part.values ? dump->kept_values : NULL;
        }
        if (part.n_accesses > dump->left) {
            part.n_accesses = (size_t)dump->left;
        }
        if (part.n_accesses) {
            put_rows(dump, &part);
        }
        dump->left -= part.n_accesses;
        from += n;
    }
}

static void put_batch(struct dump *dump, const struct memtrace_batch *batch)
{
    size_t from = 0;

    while (from < batch->n_accesses && !is_over(dump)) {
        const struct memtrace_event *event;
        size_t to;

        while (!is_over(dump) &&
               (event = event_stream_due(&dump->events, batch, from))) {
            put_event(dump, event);
        }
        to = event_stream_room(&dump->events, batch, from);
        put_accesses(dump, batch, from, to);
        from = to;
    }
}

/* Return: 0, or a negative error; @cursor is closed. */
static int put_cursor(struct dump *dump, struct memtrace_cursor *cursor)
{
    struct memtrace_batch batch;
    int result = 1;

    while (result > 0 && !is_over(dump)) {
        result = memtrace_cursor_next(cursor, &batch);
        if (result > 0 && choice_has_thread(&dump->choice, batch.thread)) {
            put_batch(dump, &batch);
        }
    }
    memtrace_cursor_close(cursor);
    return result < 0 ? result : 0;
}

/* The events behind the last access up to @thread. */
static void put_rest(struct dump *dump, uint32_t thread)
{
    const struct memtrace_event *event;

    while (!is_over(dump) &&
           (event = event_stream_rest(&dump->events, thread))) {
        put_event(dump, event);
    }
}

static int put_thread(struct dump *dump, uint32_t thread)
{
    struct memtrace_cursor *cursor;
    int error = memtrace_cursor_open_thread(dump->reader, thread, &cursor);

    if (!error) {
        error = put_cursor(dump, cursor);
    }
    if (!error) {
        put_rest(dump, thread);
    }
    return error;
}

static int put_by_thread(struct dump *dump)
{
    uint32_t n_threads = memtrace_summary(dump->reader)->n_threads;
    int error = 0;

    for (uint32_t i = 0; i < n_threads && !error && !is_over(dump); i++) {
        /* Of a trace that was cut not all threads need be there. */
        if (memtrace_thread(dump->reader, i) &&
            choice_has_thread(&dump->choice, i)) {
            error = put_thread(dump, i);
        }
    }
    return error;
}

static int put_by_time(struct dump *dump)
{
    uint32_t only = choice_only_thread(&dump->choice);
    struct memtrace_cursor *cursor;
    int error;

    if (only != MEMTRACE_NO_THREAD) {
        return put_thread(dump, only);
    }
    error = memtrace_cursor_open_time(dump->reader, &cursor);
    return error ? error : put_cursor(dump, cursor);
}

static int put_trace(struct dump *dump)
{
    bool is_by_time = dump->settings->order == ORDER_TIME;
    int error = 0;

    if (dump->settings->has_events || dump->has_kernel) {
        error = event_stream_open(&dump->events, dump->reader, &dump->choice,
                                  is_by_time);
    }
    if (!error) {
        if (dump->format->header) {
            dump->format->header(dump->output, &dump->rows,
                                 dump->names.symbols != NULL,
                                 dump->names.has_code);
        }
        error = is_by_time ? put_by_time(dump) : put_by_thread(dump);
    }
    if (!error) {
        put_rest(dump, MEMTRACE_NO_THREAD);
    }
    return error;
}

/* Everything is open: dump, then say what is missing. */
static int dump_file(struct dump *dump, const char *path)
{
    int result = put_trace(dump);
    int error = result ? result : dump->error;
    int status = output_close(dump->output);

    if (error) {
        return trace_file_error(path, error);
    }
    return status ? status : trace_file_complain(dump->reader, path);
}

static int start_names(struct dump *dump, const char *path)
{
    int error;

    if (names_open(&dump->settings->filter.names, dump->reader, path,
                   &dump->symbols)) {
        return STATUS_FAILURE;
    }
    dump->names = (struct dump_names){
        .reader = dump->reader,
        .symbols = dump->symbols,
        .has_code = dump->settings->has_code,
    };
    error = dump_names_start(&dump->names);
    return error ? trace_file_error(path, error) : STATUS_FINE;
}

/* Return: STATUS_FINE, or another one, said on stderr. */
static int prepare(struct dump *dump, const char *path)
{
    const struct dump_settings *settings = dump->settings;
    int status;

    dump->kept = malloc(CHUNK_ACCESSES * sizeof(*dump->kept));
    dump->kept_values = malloc(CHUNK_ACCESSES * sizeof(*dump->kept_values));
    if (!dump->kept || !dump->kept_values) {
        message("out of memory");
        return STATUS_FAILURE;
    }
    dump->reader = trace_file_open(path);
    if (!dump->reader) {
        return STATUS_FAILURE;
    }
    status = filter_select(&settings->filter, dump->reader, path,
                           &dump->symbols, &dump->choice);
    if (status) {
        return status;
    }
    if (settings->has_values && !trace_file_has_values(dump->reader)) {
        message("%s: the trace has no values: record with --values", path);
        return STATUS_FAILURE;
    }
    dump->has_kernel = trace_file_has_kernel(dump->reader);
    dump->rows = (struct dump_rows){
        .reader = dump->reader,
        .has_pc = settings->has_pc,
        .has_stamps = settings->has_stamps,
        .has_kernel = dump->has_kernel,
        .has_values = settings->has_values,
    };
    dump_rows_set_time(&dump->rows, 0);
    return settings->has_symbols || settings->has_code ? start_names(dump, path)
                                                       : STATUS_FINE;
}

/* But for the output. */
static void release(struct dump *dump)
{
    event_stream_close(&dump->events);
    dump_names_end(&dump->names);
    choice_free(&dump->choice);
    symbols_free(dump->symbols);
    memtrace_close(dump->reader);
    free(dump->kept);
    free(dump->kept_values);
}

static int run(void *settings_pointer, int n_operands, char **operands)
{
    const struct dump_settings *settings = settings_pointer;
    struct dump dump = {
        .settings = settings,
        .format = dump_formats[settings->format],
        .left = settings->limit,
    };
    const char *path;
    int status = trace_file_path(&command_dump, settings->input, n_operands,
                                 operands, &path);

    if (status) {
        return status;
    }
    if (settings->has_events && !dump.format->event) {
        return command_usage_error(&command_dump,
                                   "--events goes with --format=text and json");
    }
    dump.output = output_open();
    if (!dump.output) {
        return STATUS_FAILURE;
    }
    status = prepare(&dump, path);
    if (status) {
        output_close(dump.output);
    } else {
        status = dump_file(&dump, path);
        if (dump.names.symbols) {
            names_tell_refused(dump.names.symbols);
        }
    }
    release(&dump);
    return status;
}

static const char *const orders[] = {"time", "thread", NULL};

#define FIELD(member) offsetof(struct dump_settings, member)

static const struct option options[] = {
    TRACE_FILE_OPTION(struct dump_settings, input),
    {.name = "order",
     .type = OPTION_CHOICE,
     .choices = orders,
     .help = "merged by time (default), or thread after thread",
     .field = FIELD(order)},
    {.name = "format",
     .letter = 'f',
     .type = OPTION_CHOICE,
     .choice_at = dump_format_word,
     .help = "text (default), CSV with a header, a JSON object a line",
     .field = FIELD(format)},
    FILTER_OPTIONS(struct dump_settings, filter),
    {.name = "limit",
     .letter = 'n',
     .type = OPTION_NUMBER,
     .value = "N",
     .help = "stop after N accesses",
     .field = FIELD(limit)},
    {.name = "pc",
     .type = OPTION_FLAG,
     .help = "add the program counter to each line of text",
     .field = FIELD(has_pc)},
    {.name = "values",
     .type = OPTION_FLAG,
     .help = "add what was loaded or stored, of a trace that has it",
     .field = FIELD(has_values)},
    {.name = "stamps",
     .type = OPTION_FLAG,
     .help = "add the time since the start to each line of text",
     .field = FIELD(has_stamps)},
    {.name = "symbols",
     .type = OPTION_FLAG,
     .help = "add the names of the function, the source line and the memory",
     .field = FIELD(has_symbols)},
    {.name = "code",
     .type = OPTION_FLAG,
     .help = "the same, and the line of source itself",
     .field = FIELD(has_code)},
    {.name = "events",
     .type = OPTION_FLAG,
     .help = "mappings, system calls, threads too, in lines that start with #",
     .field = FIELD(has_events)},
    {.name = NULL},
};

const struct command command_dump = {
    .name = "dump",
    .summary = "print the accesses of a trace",
    .operands = "[FILE]",
    .description = "Print the accesses of a trace, one a line:\n"
                   "  T<thread> <R|W> 0x<address> <size>",
    .options = options,
    .defaults = &(const struct dump_settings){.limit = UINT64_MAX},
    .settings_bytes = sizeof(struct dump_settings),
    .max_operands = 1,
    .run = run,
};
