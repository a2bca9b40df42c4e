/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_info.c - memtrace info: what is in a trace, and what is missing from it.
 */
#include <stdlib.h>

#include "command.h"
#include "info.h"
#include "output.h"
#include "thread_names.h"
#include "trace_file.h"

#define TOP_DEFAULT 50

struct info_settings {
    const char *input;
    uint64_t top;
    int format;   /* of formats */
    int mappings; /* enum info_mappings */
    bool has_meta;
    bool is_checking;
};

/* The ways to show it. */
static const struct {
    const char *name;
    void (*write)(struct output *output, struct info *info);
} formats[] = {{"text", info_text}, {"json", info_json}};

static const char *format_word(size_t i)
{
    return i < sizeof(formats) / sizeof(formats[0]) ? formats[i].name : NULL;
}

/*
 * Decode every block: what is damaged is counted in the summary by that.
 *
 * Return: 0, or a negative error that is not damage.
 */
static int check_blocks(const struct memtrace_reader *reader)
{
    uint64_t n_blocks = memtrace_summary(reader)->n_blocks;
    struct memtrace_cursor *cursor;
    int error = memtrace_cursor_open_block(reader, &cursor);

    for (uint64_t i = 0; i < n_blocks && !error; i++) {
        struct memtrace_batch batch;

        error = memtrace_cursor_seek(cursor, i);
        while (!error) {
            int result = memtrace_cursor_next(cursor, &batch);

            if (result == 0) {
                break;
            }
            error = result < 0 ? result : 0;
        }
        if (error == MEMTRACE_ERR_CORRUPT || error == MEMTRACE_ERR_CHECKSUM ||
            error == MEMTRACE_ERR_TRUNCATED) {
            error = 0;
        }
    }
    memtrace_cursor_close(cursor);
    return error;
}

/* Return: 0, or a negative error. */
static int count_kernel(struct info *info, struct memtrace_reader *reader)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);

    for (int64_t i = 0; i < n; i++) {
        if (events[i].type == MEMTRACE_EVENT_KERNEL_ACCESS) {
            info->n_kernel_loads += events[i].args[2] == 0;
            info->n_kernel_stores += events[i].args[2] != 0;
        }
    }
    return n < 0 ? (int)n : 0;
}

static uint64_t ns_of(const struct info *info, uint64_t ticks)
{
    uint64_t ns;

    return trace_file_ns(memtrace_summary(info->reader), ticks, &ns) ? ns : 0;
}

/* A pause lasts till the thread's next event that ends it, or to its end. */
static int count_pauses(struct info *info, struct memtrace_reader *reader)
{
    uint32_t n_threads = memtrace_summary(reader)->n_threads;
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);
    uint64_t *since = n > 0 ? calloc(n_threads, sizeof(*since)) : NULL;

    if (n > 0 && !since) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (int64_t i = 0; i < n; i++) {
        const struct memtrace_event *event = &events[i];
        bool is_pause = event->type == MEMTRACE_EVENT_PAUSE;

        if ((!is_pause && event->type != MEMTRACE_EVENT_RESUME) ||
            event->thread >= n_threads) {
            continue;
        }
        if (since[event->thread] != 0) {
            info->paused_ns +=
                ns_of(info, event->time) - ns_of(info, since[event->thread]);
        } else {
            info->n_pauses += is_pause;
        }
        since[event->thread] = is_pause ? event->time : 0;
    }
    for (uint32_t i = 0; n > 0 && i < n_threads; i++) {
        const struct memtrace_thread *thread = memtrace_thread(reader, i);

        if (since[i] != 0 && thread && thread->end_time > since[i]) {
            info->paused_ns +=
                ns_of(info, thread->end_time) - ns_of(info, since[i]);
        }
    }
    free(since);
    return n < 0 ? (int)n : 0;
}

/* Return: 0, or a negative error. */
static int gather(struct info *info, struct memtrace_reader *reader)
{
    int error;

    if (info->which == MAPPINGS_ALL) {
        info->n_events = memtrace_events(reader, &info->events);
        if (info->n_events < 0) {
            return (int)info->n_events;
        }
    }
    if (info->has_kernel) {
        error = count_kernel(info, reader);
        if (error) {
            return error;
        }
    }
    if (memtrace_meta(reader, "record.selection")) {
        error = count_pauses(info, reader);
        if (error) {
            return error;
        }
    }
    if (info->which != MAPPINGS_NONE) {
        error = mappings_replay(reader, &info->mappings);
        if (error) {
            return error;
        }
    }
    error = thread_names_new(reader, &info->names);
    return error ? error : info_threads(info, &info->threads);
}

static int show(struct output *output, const struct info_settings *settings,
                struct info *info, struct memtrace_reader *reader)
{
    int error = settings->is_checking ? check_blocks(reader) : 0;
    int status;

    if (!error) {
        error = gather(info, reader);
    }
    if (!error) {
        formats[settings->format].write(output, info);
    }
    table_free(&info->threads);
    mappings_free(&info->mappings);
    thread_names_free(info->names);
    status = output_close(output);
    if (error) {
        return trace_file_error(info->path, error);
    }
    /* That it is incomplete was printed; that it is damaged is a failure. */
    if (!status && trace_file_is_damaged(memtrace_summary(reader))) {
        status = trace_file_complain(reader, info->path);
    }
    return status;
}

static int run(void *settings_pointer, int n_operands, char **operands)
{
    const struct info_settings *settings = settings_pointer;
    struct memtrace_reader *reader;
    struct output *output;
    struct info info = {
        .which = (enum info_mappings)settings->mappings,
        .top = settings->top,
        .has_meta = settings->has_meta,
        .was_checked = settings->is_checking,
    };
    int status = trace_file_path(&command_info, settings->input, n_operands,
                                 operands, &info.path);

    if (status) {
        return status;
    }
    output = output_open();
    if (!output) {
        return STATUS_FAILURE;
    }
    reader = trace_file_open(info.path);
    if (!reader) {
        output_close(output);
        return STATUS_FAILURE;
    }
    info.reader = reader;
    info.has_kernel = trace_file_has_kernel(reader);
    info.has_values = trace_file_has_values(reader);
    status = show(output, settings, &info, reader);
    memtrace_close(reader);
    return status;
}

static const char *const mapping_choices[] = {"end", "all", "none", NULL};

#define FIELD(member) offsetof(struct info_settings, member)

static const struct option options[] = {
    TRACE_FILE_OPTION(struct info_settings, input),
    {.name = "format",
     .letter = 'f',
     .type = OPTION_CHOICE,
     .choice_at = format_word,
     .help = "text (default), or one JSON object",
     .field = FIELD(format)},
    {.name = "mappings",
     .type = OPTION_CHOICE,
     .choices = mapping_choices,
     .help = "mappings at the end (default), all changes too, or none",
     .field = FIELD(mappings)},
    {.name = "top",
     .letter = 'n',
     .type = OPTION_NUMBER,
     .value = "N",
     .help = "how many threads and how many mappings, 0 is all (default: 50; "
             "JSON has all)",
     .field = FIELD(top)},
    {.name = "meta",
     .type = OPTION_FLAG,
     .help = "all properties as they stand in the trace (JSON always has them)",
     .field = FIELD(has_meta)},
    {.name = "check",
     .type = OPTION_FLAG,
     .help = "read every block, so that all damage is found",
     .field = FIELD(is_checking)},
    {.name = NULL},
};

const struct command command_info = {
    .name = "info",
    .summary = "show what is in a trace and what is missing",
    .operands = "[FILE]",
    .options = options,
    .defaults = &(const struct info_settings){.top = TOP_DEFAULT},
    .settings_bytes = sizeof(struct info_settings),
    .max_operands = 1,
    .run = run,
};
