/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_record.c - `memtrace record`: runs a program under QEMU and records it.
 * This process is the recorder, and QEMU's parent.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "digester.h"
#include "guest_run.h"
#include "message.h"
#include "output_file.h"
#include "record_filters.h"
#include "record_meta.h"
#include "record_options.h"
#include "record_summary.h"
#include "recorder.h"
#include "symbols.h"

#define FIRST_WITH_VALUES 10

struct record_settings {
    struct record_options options; /* first, see record_options.h */
    const char *output;
    bool force;
    const char *sysroot;
    const char *qemu;
    const char *cpu;
    int kind;
    bool digest;
    uint64_t n_workers;
    uint64_t max_bytes;
    uint64_t keep_bytes;
    bool leaves_children;
    bool follows_exec;
    bool quiet;
};

static const struct record_settings defaults = {
    .options.asked = RECORDING_DEFAULTS,
    .output = "memtrace.data",
};

static const char *const kinds[] = {"all", "read", "write", NULL};

enum { KIND_ALL, KIND_READ, KIND_WRITE };

#define FIELD(name) offsetof(struct record_settings, name)

/* clang-format off */
static const struct option options[] = {
    {.name = "output",
     .letter = 'o',
     .type = OPTION_STRING,
     .value = "FILE",
     .help = "trace to write (default memtrace.data)",
     .field = FIELD(output)},
    {.name = "force",
     .type = OPTION_FLAG,
     .help = "replace the file if it is there",
     .field = FIELD(force)},
    {.name = "sysroot",
     .type = OPTION_STRING,
     .value = "DIR",
     .help = "where the guest's libraries are, as QEMU's -L",
     .field = FIELD(sysroot)},
    {.name = "qemu",
     .type = OPTION_STRING,
     .value = "QEMU",
     .help = "path or version of the QEMU to use (default: on PATH)",
     .field = FIELD(qemu)},
    {.name = "cpu",
     .type = OPTION_STRING,
     .value = "MODEL",
     .help = "the guest's CPU, as QEMU's -cpu",
     .field = FIELD(cpu)},
    {.name = "kind",
     .type = OPTION_CHOICE,
     .choices = kinds,
     .help = "loads and stores (default), or one of them",
     .field = FIELD(kind)},
    RECORDING_OPTIONS(RECORD_OPTION)
    RECORDING_FILTERS(RECORD_FILTER)
    {.name = "digest",
     .type = OPTION_FLAG,
     .help = "note what races looks for, so that it need not read it all",
     .field = FIELD(digest)},
    {.name = "workers",
     .type = OPTION_NUMBER,
     .value = "N",
     .help = "encoding threads (default one a core)",
     .field = FIELD(n_workers),
     .min = 1,
     .max = 64},
    {.name = "max-size",
     .type = OPTION_SIZE,
     .value = "SIZE",
     .help = "stop recording when the trace is that large",
     .field = FIELD(max_bytes),
     .min = 64u << 10},
    {.name = "keep-last",
     .type = OPTION_SIZE,
     .value = "SIZE",
     .help = "keep the most recent SIZE of the trace, not the rest",
     .field = FIELD(keep_bytes),
     .min = 1u << 20},
    {.name = "no-wait-children",
     .type = OPTION_FLAG,
     .help = "end with the program, not with all that it started",
     .field = FIELD(leaves_children)},
    {.name = "follow-exec",
     .type = OPTION_FLAG,
     .help = "also what the program puts in its place by execve",
     .field = FIELD(follows_exec)},
    {.name = "quiet",
     .letter = 'q',
     .type = OPTION_FLAG,
     .help = "no progress and no summary",
     .field = FIELD(quiet)},
    {0},
};
/* clang-format on */

/* A recording: what it needs from before QEMU is started until all is over. */
struct session {
    const struct record_settings *settings;
    struct guest_run guest;
    struct record_filters filters;
    struct channel *channel;
    int channel_fd; /* or -1 */
    int trace_fd;   /* or -1 */
    /* Where the trace is till the guest's first thread is there. */
    const char *path;
    char beside[PATH_MAX];
    char *plugin_options;
    struct record_meta meta;
    struct memtrace_digester digester;
};

/* The plugin would say so too, but by then a file may have been replaced. */
static int check_values(const struct record_settings *settings,
                        const struct qemu_program *qemu)
{
    if (!settings->options.asked.values || qemu->major_version == 0 ||
        qemu->major_version >= FIRST_WITH_VALUES) {
        return 0;
    }
    message("--values needs QEMU 10.0 or later, %s is %s: tools/build-qemu "
            "builds one, --qemu names it",
            qemu->path, qemu->version);
    return -1;
}

/* A trace that is there stays as long as it is not certain that QEMU runs. */
static int open_trace(struct session *session)
{
    const struct record_settings *settings = session->settings;
    bool replaces = settings->force && access(settings->output, F_OK) == 0;
    int fd = replaces ? output_file_beside(settings->output, session->beside)
                      : output_file_create(settings->output, false);

    session->path = replaces ? session->beside : settings->output;

    if (fd < 0 && errno == EEXIST) {
        message("%s exists: --force replaces it, -o names another",
                settings->output);
    } else if (fd < 0) {
        message("%s: %s", settings->output, strerror(errno));
    }
    return fd;
}

/* QEMU runs: what is recorded takes the place of an older trace. */
static void take_place(void *data)
{
    struct session *session = data;
    const char *output = session->settings->output;

    if (session->path == output) {
        return;
    }
    if (rename(session->path, output) != 0) {
        message("%s: %s; the trace is %s", output, strerror(errno),
                session->path);
        return;
    }
    session->path = output;
}

/* What is to be recorded, and by which QEMU. Return: the status. */
static int find_all(struct session *session, const char *name)
{
    const struct record_settings *settings = session->settings;
    struct guest_run *guest = &session->guest;
    int status =
        record_filters_read(&session->filters, &settings->options.filters,
                            settings->options.asked.heap);

    if (status != STATUS_FINE) {
        return status;
    }
    guest->sysroot = settings->sysroot;
    guest->cpu = settings->cpu;
    guest->changes_folder = settings->follows_exec;
    if (guest_run_find(guest, name, settings->qemu) != 0 ||
        check_values(settings, &guest->qemu) != 0) {
        return STATUS_FAILURE;
    }
    return *guest->program.loader == '\0'
               ? record_filters_check_static(&session->filters,
                                             guest->program.path)
               : STATUS_FINE;
}

/* Many programs are one file, which a link of another name leads to. */
static void describe_link(struct record_meta *meta, const char *program)
{
    char *file = realpath(program, NULL);

    if (file != NULL &&
        strcmp(symbols_last_part(file), symbols_last_part(program)) != 0) {
        record_meta_add(meta, "guest.file", "%s", file);
    }
    free(file);
}

static void describe(struct session *session, char *const *operands)
{
    const struct record_settings *settings = session->settings;
    const struct guest_run *guest = &session->guest;
    struct record_meta *meta = &session->meta;
    char cwd[PATH_MAX];

    record_meta_add(meta, "guest.arch", "%s", guest->program.guest->name);
    record_meta_add(meta, "guest.bits", "%u", guest->program.guest->bits);
    record_meta_add(meta, "guest.endian", "%s",
                    guest->program.guest->is_big_endian ? "big" : "little");
    record_meta_add(meta, "guest.program", "%s", guest->program.path);
    describe_link(meta, guest->program.path);
    record_meta_add_command(meta, "guest.command", operands);
    if (getcwd(cwd, sizeof(cwd)) != NULL) {
        record_meta_add(meta, "guest.cwd", "%s", cwd);
    }
    record_meta_add(meta, "qemu.path", "%s", guest->qemu.path);
    record_meta_add(meta, "qemu.version", "%s", guest->qemu.version);
    if (guest_run_cpu(guest) != NULL) {
        record_meta_add(meta, "qemu.cpu", "%s", guest_run_cpu(guest));
    }
    if (settings->sysroot != NULL) {
        record_meta_add(meta, "guest.sysroot", "%s", settings->sysroot);
    }
    record_options_describe(&settings->options, meta);
    if (settings->digest) {
        record_meta_add(meta, "record.digest", "on");
    }
    record_meta_add_host(meta);
}

static char *plugin_options(const struct session *session)
{
    const struct record_settings *settings = session->settings;
    char *asked = record_options_plugin(&settings->options);
    char follow[64] = "";
    char *text = NULL;

    if (settings->follows_exec) {
        snprintf(follow, sizeof(follow), "," RECORDING_FOLLOW "=%d-%d",
                 getpid(), session->channel_fd);
    }
    if (asked == NULL || asprintf(&text, RECORDING_CHANNEL "=%d%s%s",
                                  session->channel_fd, asked, follow) < 0) {
        text = NULL;
    }
    free(asked);
    return text;
}

/*
 * All that can fail does so here: once QEMU runs, its guest waits for the
 * recorder.  The trace comes last, since it may replace an older one.
 *
 * Return: the status; what there is is for release().
 */
static int prepare(struct session *session, char *const *operands)
{
    const struct record_settings *settings = session->settings;
    const struct channel_config config =
        recording_channel(&settings->options.asked);
    int status = find_all(session, operands[0]);

    if (status != STATUS_FINE) {
        return status;
    }
    session->channel = channel_create(&config, &session->channel_fd);
    if (session->channel == NULL) {
        message("cannot make the channel: %s", strerror(errno));
        return STATUS_FAILURE;
    }
    describe(session, operands);
    session->plugin_options = plugin_options(session);
    if (session->meta.has_failed || session->plugin_options == NULL ||
        (settings->digest && race_digester_open(&session->digester) != 0)) {
        message("out of memory");
        return STATUS_FAILURE;
    }
    session->trace_fd = open_trace(session);
    return session->trace_fd < 0 ? STATUS_FAILURE : STATUS_FINE;
}

/*
 * But for the channel, which stays mapped as long as this process lives: a lock
 * in it says so to what the guest has left running.
 */
static void release(struct session *session)
{
    if (session->trace_fd >= 0) {
        close(session->trace_fd);
    }
    if (session->channel_fd >= 0) {
        close(session->channel_fd);
    }
    race_digester_close(&session->digester);
    free(session->plugin_options);
    record_meta_free(&session->meta);
    record_filters_free(&session->filters);
}

/* QEMU is there, @child: record until all is over. Return: the status. */
static int record(struct session *session, pid_t child)
{
    const struct record_settings *settings = session->settings;
    const struct recorder_config config = {
        .channel = session->channel,
        .fd = session->trace_fd,
        .n_workers = settings->n_workers,
        .meta = session->meta.list,
        .n_meta = session->meta.n,
        .child = child,
        .shows_progress = !settings->quiet && isatty(STDERR_FILENO),
        .leaves_children = settings->leaves_children,
        .names = &session->filters.names,
        .digester = settings->digest ? &session->digester : NULL,
        .attached = take_place,
        .data = session,
        .sample_on_ns = session->filters.sample_on_ns,
        .sample_period_ns = session->filters.sample_period_ns,
        .max_bytes = settings->max_bytes,
        .keep_bytes = settings->keep_bytes,
    };
    struct recorder_result result;
    int error, status;

    session->trace_fd = -1; /* the recorder's from here on */
    error = recorder_run(&config, &result);
    status = guest_run_status(result.child_status);
    recorder_release(session->channel);
    if (result.n_threads == 0) {
        /* QEMU has said why it did not come as far as the guest. */
        unlink(session->path);
        return status != 0 ? status : STATUS_FAILURE;
    }
    if (!settings->quiet) {
        record_summary(session->path, &result, session->channel,
                       settings->follows_exec);
        record_filters_report(&session->filters);
    }
    return error != 0 && status == 0 ? STATUS_FAILURE : status;
}

/* Return: the status. */
static int start_and_record(struct session *session, int n_operands,
                            char **operands)
{
    pid_t child;

    record_filters_tell(&session->filters, session->channel);
    recorder_announce(session->channel);
    child = guest_run_start(&session->guest, session->plugin_options,
                            session->channel_fd, n_operands, operands);
    if (child < 0) {
        unlink(session->path);
        return STATUS_FAILURE;
    }
    if (!session->settings->follows_exec) {
        /* Or else the next program takes it here. */
        close(session->channel_fd);
        session->channel_fd = -1;
    }
    return record(session, child);
}

static int run(void *data, int n_operands, char **operands)
{
    struct record_settings *settings = data;
    struct session session = {
        .settings = settings, .channel_fd = -1, .trace_fd = -1};
    int status;

    if (n_operands == 0) {
        return command_usage_error(&command_record,
                                   "which program is to be recorded?");
    }
    if (settings->max_bytes > 0 && settings->keep_bytes > 0) {
        return command_usage_error(
            &command_record, "--max-size keeps the start of the trace and "
                             "--keep-last its end: choose one");
    }
    settings->options.asked.skips_loads = settings->kind == KIND_WRITE;
    settings->options.asked.skips_stores = settings->kind == KIND_READ;
    status = prepare(&session, operands);
    if (status == STATUS_FINE) {
        status = start_and_record(&session, n_operands, operands);
    }
    release(&session);
    return status;
}

const struct command command_record = {
    .name = "record",
    .summary = "run a program under QEMU and record its memory accesses",
    .operands = "PROGRAM [ARGUMENT...]",
    .description =
        "Exits with the program's own status, 128+N where signal N ended it.",
    .options = options,
    .defaults = &defaults,
    .settings_bytes = sizeof(struct record_settings),
    .max_operands = OPERANDS_ANY,
    .operand_ends_options = true,
    .run = run,
};
