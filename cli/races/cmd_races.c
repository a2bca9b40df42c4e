/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_races.c - memtrace races: the data races of a trace, or of a program
 * that is recorded for it.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "message.h"
#include "names_options.h"
#include "output.h"
#include "progress_bar.h"
#include "races.h"
#include "races_view.h"
#include "recording_options.h"
#include "suppressions.h"
#include "trace_file.h"

/* Here 1 says that there are races, so that all that fails is 2. */
#define STATUS_RACES 1
#define STATUS_ERROR 2

enum races_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF };

struct races_settings {
    const char *input;
    const char *output;
    const char *qemu;
    struct names_options names;
    const char *suppressions;
    int format; /* enum races_format */
    bool force;
    bool has_internal;
    bool generates;
    bool prints_rules;
    uint64_t n_workers;
    uint64_t stamp; /* 0: not given */
};

/* A file for a trace that is not kept. Return: 0, or -1, said on stderr. */
static int make_temporary(char path[PATH_MAX])
{
    const char *folder = getenv("TMPDIR");
    int fd;

    if (!folder || !*folder) {
        folder = "/tmp";
    }
    if (snprintf(path, PATH_MAX, "%s/memtrace-races-XXXXXX", folder) >=
        PATH_MAX) {
        message("TMPDIR is too long");
        return -1;
    }
    fd = mkstemp(path);
    if (fd < 0) {
        message("%s: %s", path, strerror(errno));
        return -1;
    }
    close(fd);
    return 0;
}

#define RECORD_ARGS 21

/*
 * The more stamps, the less doubt, and the fewer races it hides.  Threads that
 * have just started or waited meet others in what they do next.
 */
#define STAMP "64"
#define DENSE "1024"

static void add_stamps(const struct races_settings *settings, const char **argv,
                       size_t *n)
{
    static char stamp[24];

    argv[(*n)++] = "--stamp";
    if (settings->stamp > 0) {
        snprintf(stamp, sizeof(stamp), "%" PRIu64, settings->stamp);
        argv[(*n)++] = stamp;
        return;
    }
    argv[(*n)++] = STAMP;
    argv[(*n)++] = "--dense";
    argv[(*n)++] = DENSE;
}

/* In the child: `memtrace record`. */
static void become_record(const struct races_settings *settings,
                          const char *path, int n_operands, char **operands)
{
    const char **argv = calloc(RECORD_ARGS + (size_t)n_operands, sizeof(*argv));
    size_t n = 0;

    if (!argv) {
        _exit(127);
    }
    argv[n++] = "memtrace";
    argv[n++] = "record";
    argv[n++] = "--quiet";
    argv[n++] = "--syscalls";
    argv[n++] = "--digest";
    add_stamps(settings, argv, &n);
    argv[n++] = "--output";
    argv[n++] = path;
    if (!settings->output || settings->force) {
        argv[n++] = "--force";
    }
    if (settings->names.sysroot) {
        argv[n++] = "--sysroot";
        argv[n++] = settings->names.sysroot;
    }
    if (settings->qemu) {
        argv[n++] = "--qemu";
        argv[n++] = settings->qemu;
    }
    argv[n++] = "--";
    for (int i = 0; i < n_operands; i++) {
        argv[n++] = operands[i];
    }
    execv("/proc/self/exe", (char *const *)argv);
    _exit(127);
}

/*
 * Was a trace written? record says why not, but its status is the program's
 * own where it did.
 */
static bool is_written(const char *path, const struct stat *before)
{
    struct stat after;

    return stat(path, &after) == 0 && after.st_size > 0 &&
           (after.st_ino != before->st_ino ||
            after.st_mtim.tv_sec != before->st_mtim.tv_sec ||
            after.st_mtim.tv_nsec != before->st_mtim.tv_nsec);
}

/* Return: 0, or -1, said on stderr. */
static int record(const struct races_settings *settings, const char *path,
                  int n_operands, char **operands)
{
    struct stat before = {.st_size = 0};
    pid_t child;
    int status;

    if (stat(path, &before) != 0) {
        before = (struct stat){.st_size = 0};
    }
    child = fork();
    if (child == 0) {
        become_record(settings, path, n_operands, operands);
    }
    if (child < 0) {
        message("cannot record: %s", strerror(errno));
        return -1;
    }
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            message("cannot record: %s", strerror(errno));
            return -1;
        }
    }
    return is_written(path, &before) ? 0 : -1;
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
    } else if (settings->format == FORMAT_JSON) {
        races_json(output, view);
    } else if (settings->format == FORMAT_SARIF) {
        races_sarif(output, view);
    } else {
        races_text(output, view);
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

/* What is said of a recording needs one. Return: 0, or the status. */
static int check_usage(const struct races_settings *settings, int n_operands,
                       char **operands)
{
    const char *idle = settings->output  ? "output"
                       : settings->qemu  ? "qemu"
                       : settings->stamp ? "stamp"
                       : settings->force ? "force"
                                         : NULL;

    if (n_operands && settings->input) {
        return command_usage_error(&command_races,
                                   "-i names a trace, '%s' a program to "
                                   "record: which is it to be?",
                                   operands[0]);
    }
    if (!n_operands && idle) {
        return command_usage_error(
            &command_races,
            "--%s is for a program to record, and none is named", idle);
    }
    if (settings->force && !settings->output) {
        return command_usage_error(&command_races,
                                   "--force is for a file, see --output");
    }
    return 0;
}

static int run(void *settings_pointer, int n_operands, char **operands)
{
    const struct races_settings *settings = settings_pointer;
    char temporary[PATH_MAX] = "";
    const char *path = settings->input ? settings->input : TRACE_FILE_DEFAULT;
    struct output *output;
    int status = check_usage(settings, n_operands, operands);

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
        path = settings->output ? settings->output : temporary;
        if ((!settings->output && make_temporary(temporary)) ||
            record(settings, path, n_operands, operands)) {
            output_close(output);
            if (*temporary) {
                unlink(temporary);
            }
            return STATUS_ERROR;
        }
    }
    status = read_trace(settings, output, path);
    if (*temporary) {
        unlink(temporary);
    }
    return status;
}

static const char *const formats[] = {"text", "json", "sarif", NULL};

#define FIELD(member) offsetof(struct races_settings, member)

static const struct option options[] = {
    TRACE_FILE_OPTION(struct races_settings, input),
    {.name = "format",
     .letter = 'f',
     .type = OPTION_CHOICE,
     .choices = formats,
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
    {.name = "output",
     .letter = 'o',
     .type = OPTION_STRING,
     .value = "FILE",
     .help = "of PROGRAM: keep the trace there",
     .field = FIELD(output)},
    {.name = "force",
     .type = OPTION_FLAG,
     .help = "of PROGRAM: replace that file if it is there",
     .field = FIELD(force)},
    {.name = "qemu",
     .type = OPTION_STRING,
     .value = "QEMU",
     .help = "of PROGRAM: path or version of the QEMU to use",
     .field = FIELD(qemu)},
    {.name = "stamp",
     .type = OPTION_NUMBER,
     .value = "N",
     .help = "of PROGRAM: stamp every N accesses, wherever they are",
     .field = FIELD(stamp),
     .min = 1,
     .max = RECORDING_STAMP_MOST},
    {.name = NULL},
};

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
