/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_races.c - memtrace races: the data races of a trace, or of a program
 * that is recorded for it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "message.h"
#include "names_options.h"
#include "output.h"
#include "progress_bar.h"
#include "races.h"
#include "races_view.h"
#include "record_first.h"
#include "recording_options.h"
#include "suppressions.h"
#include "trace_file.h"
#include "unseen_accesses.h"

/* Here 1 says that there are races, so that all that fails is 2. */
#define STATUS_RACES 1
#define STATUS_ERROR 2

struct races_settings {
    const char *input;
    struct record_first_options recording;
    struct names_options names;
    const char *suppressions;
    int format; /* of formats */
    bool has_internal;
    bool generates;
    bool prints_rules;
    bool follows_exec;
    uint64_t n_workers;
    uint64_t stamp; /* 0: not given */
};

#define FORMAT_ADDRESS(name) &races_format_##name,

static const struct races_format *const formats[] = {
    RACES_FORMATS(FORMAT_ADDRESS) NULL};

static const char *format_word(size_t i)
{
    return formats[i] ? formats[i]->name : NULL;
}

/*
 * The more stamps, the less doubt, and the fewer races it hides.  Threads that
 * have just started or waited meet others in what they do next.
 */
#define STAMP 64
#define DENSE "--dense=1024"

/* Return: 0, or -1, said on stderr. */
static int record(const struct races_settings *settings,
                  struct record_first *first, int n_operands, char **operands)
{
    const char *arguments[10] = {"--syscalls", "--digest"};
    char stamp[32];
    size_t n = 2;

    snprintf(stamp, sizeof(stamp), "--stamp=%" PRIu64,
             settings->stamp ? settings->stamp : STAMP);
    arguments[n++] = stamp;
    if (!settings->stamp) {
        arguments[n++] = DENSE;
    }
    if (settings->follows_exec) {
        arguments[n++] = "--follow-exec";
    }
    if (settings->names.sysroot) {
        arguments[n++] = "--sysroot";
        arguments[n++] = settings->names.sysroot;
    }
    return record_first(first, &settings->recording, arguments, n_operands,
                        operands);
}

/* Does a trace mark where an option, "--NAME", has left accesses out? */
static bool is_marked(const char *word, size_t size)
{
    const struct recording_filter *filter = recording_filters;

    for (; filter->name; filter++) {
        if (strlen(filter->name) + 2 == size &&
            !strncmp(filter->name, word + 2, size - 2)) {
            return filter->is_marked;
        }
    }
    return false;
}

/* Where what orders threads may be missing nothing can be told. */
static int check_parts(const struct memtrace_reader *reader, const char *path)
{
    const char *word = memtrace_meta(reader, "record.selection");

    while (word && *word) {
        size_t size = strcspn(word, " =");

        /* A word that is no option is the rest of the value before. */
        if (!strncmp(word, "--", 2) && !is_marked(word, size)) {
            message("%s: recorded with %.*s: what orders threads may be "
                    "missing",
                    path, (int)size, word);
            return -1;
        }
        word += strcspn(word, " ");
        word += strspn(word, " ");
    }
    return 0;
}

/* What cannot be told from a trace of stores, or of loads, alone. */
static int check_kinds(const struct memtrace_reader *reader, const char *path)
{
    const char *kinds = memtrace_meta(reader, "record.kinds");

    if (kinds && strcmp(kinds, "rw") != 0) {
        message("%s: has %s: races need loads and stores", path,
                !strcmp(kinds, "r")   ? "only loads"
                : !strcmp(kinds, "w") ? "only stores"
                                      : "no accesses");
        return -1;
    }
    return 0;
}

/* What a program would have done later is not there. */
static void say_end(const struct memtrace_reader *reader)
{
    const char *end = memtrace_meta(reader, "guest.exit");

    if (end && !strncmp(end, "signal ", strlen("signal "))) {
        message("the program was ended by %s: only what it did until then is "
                "known",
                end);
    }
}

static size_t leave_out(struct race_report *report, struct code_rules *rules)
{
    size_t n = 0;

    for (size_t i = 0; i < report->n; i++) {
        if (!suppressions_find(rules, &report->items[i])) {
            report->items[n++] = report->items[i];
        }
    }
    return report->n - n;
}

static int print(const struct races_settings *settings, struct output *output,
                 const struct races_view *view)
{
    if (settings->generates) {
        for (size_t i = 0; i < view->n_items; i++) {
            if (suppressions_write(output, &view->items[i])) {
                return STATUS_ERROR;
            }
        }
    } else {
        formats[settings->format]->write(output, view);
    }
    return view->n_items ? STATUS_RACES : STATUS_FINE;
}

static int report(const struct races_settings *settings, struct output *output,
                  struct memtrace_reader *reader, const char *path,
                  struct code_rules *rules)
{
    struct progress_bar bar = {.is_on = false};
    struct races_config config = {
        .n_workers = (unsigned)settings->n_workers,
        .progress = progress_bar_draw,
        .context = &bar,
    };
    struct races_view view = {.reader = reader, .path = path, .rules = rules};
    struct race_report items = {.n = 0};
    struct race_names names = {.symbols = NULL, .rules = rules};
    struct races races;
    int status = STATUS_ERROR;
    int error;

    if (names_open(&settings->names, reader, path, &names.symbols)) {
        return STATUS_ERROR;
    }
    config.symbols = names.symbols;
    config.rules = rules;
    progress_bar_open(&bar);
    error = races_find(reader, &config, &races);
    progress_bar_close(&bar);
    if (!error) {
        error = race_report_make(reader, &races, &names, settings->has_internal,
                                 &items);
    }
    if (error) {
        trace_file_error(path, error);
    } else {
        view.n_suppressed = leave_out(&items, rules);
        view.items = items.items;
        view.n_items = items.n - view.n_suppressed;
        view.n_internal = items.n_internal;
        view.left_out = &items.left_out;
        view.n_lost = races.n_lost;
        view.has_calls = races.has_calls;
        status = print(settings, output, &view);
    }
    race_report_free(&items);
    names_tell_refused(names.symbols);
    symbols_free(names.symbols);
    races_free(&races);
    return status;
}

/* The user's rules come first. Return: 0, or -1, said on stderr. */
static int read_rules(const struct races_settings *settings,
                      struct code_rules *rules)
{
    const char *why;

    if (settings->suppressions &&
        suppressions_read(rules, settings->suppressions)) {
        return -1;
    }
    why = code_rules_add_builtin(rules);
    if (why) {
        message("%s", why);
    }
    return why ? -1 : 0;
}

/* Return: the status, with stdout written. */
static int read_trace(const struct races_settings *settings,
                      struct output *output, const char *path)
{
    struct code_rules rules = {.n = 0};
    struct memtrace_reader *reader = NULL;
    int status = STATUS_ERROR;

    if (!read_rules(settings, &rules)) {
        reader = trace_file_open(path);
    }
    if (reader) {
        say_end(reader);
        unseen_accesses_say(reader, path);
    }
    if (reader && !check_kinds(reader, path) && !check_parts(reader, path)) {
        status = report(settings, output, reader, path, &rules);
    }
    if (output_close(output)) {
        status = STATUS_ERROR;
    }
    if (reader && status != STATUS_ERROR && trace_file_complain(reader, path)) {
        status = STATUS_ERROR;
    }
    memtrace_close(reader);
    code_rules_free(&rules);
    return status;
}

static int run(void *settings_pointer, int n_operands, char **operands)
{
    const struct races_settings *settings = settings_pointer;
    struct record_first first = {.is_temporary = false};
    const char *path = settings->input ? settings->input : TRACE_FILE_DEFAULT;
    struct output *output;
    int error = 0;
    int status = record_first_check(&command_races, &settings->recording,
                                    settings->input,
                                    settings->stamp          ? "stamp"
                                    : settings->follows_exec ? "follow-exec"
                                                             : NULL,
                                    n_operands, operands);

    if (status) {
        return status;
    }
    output = output_open();
    if (!output) {
        return STATUS_ERROR;
    }
    if (settings->prints_rules) {
        output_string(output, code_rules_builtin);
        return output_close(output) ? STATUS_ERROR : STATUS_FINE;
    }
    if (n_operands) {
        error = record(settings, &first, n_operands, operands);
        path = first.path;
    }
    if (error) {
        output_close(output);
        status = STATUS_ERROR;
    } else {
        status = read_trace(settings, output, path);
    }
    record_first_end(&first);
    return status;
}

#define FIELD(member) offsetof(struct races_settings, member)

/* clang-format off */
static const struct option options[] = {
    TRACE_FILE_OPTION(struct races_settings, input),
    {.name = "format",
     .letter = 'f',
     .type = OPTION_CHOICE,
     .choice_at = format_word,
     .help = "text (default), one JSON object, SARIF 2.1.0",
     .field = FIELD(format)},
    {.name = "suppressions",
     .type = OPTION_STRING,
     .value = "FILE",
     .help = "rules: races to leave out, and whose code is whose",
     .field = FIELD(suppressions)},
    {.name = "gen-suppressions",
     .type = OPTION_FLAG,
     .help = "print lines for such a file instead of the races",
     .field = FIELD(generates)},
    {.name = "internal",
     .type = OPTION_FLAG,
     .help = "also races of libc and the like among themselves",
     .field = FIELD(has_internal)},
    {.name = "print-rules",
     .type = OPTION_FLAG,
     .help = "print what is known of libraries, in the grammar of that file",
     .field = FIELD(prints_rules)},
    NAMES_OPTIONS(struct races_settings, names),
    {.name = "workers",
     .type = OPTION_NUMBER,
     .value = "N",
     .help = "threads that read the trace (default one a core)",
     .field = FIELD(n_workers),
     .min = 1,
     .max = 64},
    RECORD_FIRST_OPTIONS(struct races_settings, recording)
    {.name = "stamp",
     .type = OPTION_NUMBER,
     .value = "N",
     .help = "of PROGRAM: stamp every N accesses, wherever they are",
     .field = FIELD(stamp),
     .min = 1,
     .max = RECORDING_STAMP_MOST},
    {.name = "follow-exec",
     .type = OPTION_FLAG,
     .help = "of PROGRAM: also what it executes",
     .field = FIELD(follows_exec)},
    {.name = NULL},
};
/* clang-format on */

const struct command command_races = {
    .name = "races",
    .summary = "find the data races of a trace or a program",
    .operands = "[[--] PROGRAM [ARGUMENT...]]",
    .description =
        "Report accesses of two threads to the same memory, one of them a "
        "store, that\nnothing ordered. Reads a trace, or records PROGRAM "
        "first. Exits with 0 where\nthere are none, 1 where there are, 2 on "
        "an error.\n",
    .options = options,
    .settings_bytes = sizeof(struct races_settings),
    .max_operands = OPERANDS_ANY,
    .operand_ends_options = true,
    .run = run,
};
