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
#include "guest_run.h"
#include "message.h"
#include "output_file.h"
#include "digester.h"
#include "record_filters.h"
#include "record_meta.h"
#include "recorder.h"
#include "units.h"

#define FIRST_WITH_VALUES 10
#define PLUGIN_OPTIONS_MAX 256

struct record_settings {
    const char *output;
    bool force;
    const char *sysroot;
    const char *qemu;
    const char *cpu;
    int regions;
    int kind;
    int overflow;
    bool syscalls;
    bool values;
    bool digest;
    uint64_t stamp;
    uint64_t dense;
    uint64_t buffer_bytes;
    uint64_t n_workers;
    uint64_t max_bytes;
    struct record_filter_settings filters;
    uint64_t keep_bytes;
    bool leaves_children;
    bool follows_exec;
    bool quiet;
};

static const struct record_settings defaults = {
    .output = "memtrace.data",
    .stamp = 64,
    .buffer_bytes = 32u << 20,
};

static const char *const regions[] = {"rw", "all", NULL};
static const char *const kinds[] = {"all", "read", "write", NULL};
static const char *const overflows[] = {"wait", "drop", NULL};

enum { KIND_ALL, KIND_READ, KIND_WRITE };

#define FIELD(name) offsetof(struct record_settings, name)

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
    {.name = "regions",
     .type = OPTION_CHOICE,
     .choices = regions,
     .help = "accesses to writable memory (default), or to all",
     .field = FIELD(regions)},
    {.name = "kind",
     .type = OPTION_CHOICE,
     .choices = kinds,
     .help = "loads and stores (default), or one of them",
     .field = FIELD(kind)},
    RECORD_FILTER_OPTIONS(struct record_settings, filters),
    {.name = "syscalls",
     .type = OPTION_FLAG,
     .help = "also what system calls read and write in guest memory",
     .field = FIELD(syscalls)},
    {.name = "values",
     .type = OPTION_FLAG,
     .help = "also what was loaded and stored (QEMU 10.0 or later)",
     .field = FIELD(values)},
    {.name = "stamp",
     .type = OPTION_NUMBER,
     .value = "N",
     .help = "accesses of a thread between stamps (default 64)",
     .field = FIELD(stamp),
     .min = 1,
     .max = 1u << 20},
    {.name = "dense",
     .type = OPTION_NUMBER,
     .value = "N",
     .help = "stamp each of N at a start or after a system call",
     .field = FIELD(dense),
     .max = 1u << 20},
    {.name = "digest",
     .type = OPTION_FLAG,
     .help = "note what races looks for, so that it need not read it all",
     .field = FIELD(digest)},
    {.name = "buffer",
     .type = OPTION_SIZE,
     .value = "SIZE",
     .help = "memory between program and recorder (default 32M)",
     .field = FIELD(buffer_bytes),
     .min = 256u << 10,
     .max = (uint64_t)16 << 30},
    {.name = "overflow",
     .type = OPTION_CHOICE,
     .choices = overflows,
     .help = "when it is full: wait (default), or drop accesses",
     .field = FIELD(overflow)},
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

/* All that is needed to start QEMU. */
struct start {
    struct guest_run guest;
    struct channel *channel;
    int channel_fd;
    int trace_fd;
    struct record_filters filters;
};

/* The plugin would say so too, but by then a file may have been replaced. */
static int check_values(const struct record_settings *settings,
                        const struct qemu_program *qemu)
{
    if (!settings->values || qemu->major_version == 0 ||
        qemu->major_version >= FIRST_WITH_VALUES) {
        return 0;
    }
    message("--values needs QEMU 10.0 or later, %s is %s: tools/build-qemu "
            "builds one, --qemu names it",
            qemu->path, qemu->version);
    return -1;
}

static int open_trace(const struct record_settings *settings)
{
    int fd = output_file_create(settings->output, settings->force);

    if (fd < 0 && errno == EEXIST) {
        message("%s exists: --force replaces it, -o names another",
                settings->output);
    } else if (fd < 0) {
        message("%s: %s", settings->output, strerror(errno));
    }
    return fd;
}

static int prepare(const struct record_settings *settings, const char *name,
                   struct start *start)
{
    struct channel_config config = {
        .buffer_bytes = settings->buffer_bytes,
        .stamp_interval = settings->stamp,
        .n_dense = settings->dense,
        .overflow = settings->overflow,
    };

    int status = record_filters_read(&start->filters, &settings->filters);

    if (status != STATUS_FINE) {
        return status;
    }
    start->guest.sysroot = settings->sysroot;
    start->guest.cpu = settings->cpu;
    start->guest.changes_folder = settings->follows_exec;
    if (guest_run_find(&start->guest, name, settings->qemu) != 0 ||
        check_values(settings, &start->guest.qemu) != 0 ||
        (*start->guest.program.loader == '\0' &&
         record_filters_check_static(
             &start->filters, start->guest.program.path) != STATUS_FINE)) {
        return STATUS_FAILURE;
    }
    start->channel = channel_create(&config, &start->channel_fd);
    if (start->channel == NULL) {
        message("cannot make the channel: %s", strerror(errno));
        return STATUS_FAILURE;
    }
    start->trace_fd = open_trace(settings);
    return start->trace_fd < 0 ? STATUS_FAILURE : STATUS_FINE;
}

static void plugin_options(const struct record_settings *settings,
                           const struct start *start, char *text, size_t size)
{
    int n = snprintf(text, size,
                     "channel=%d,regions=%s,read=%s,write=%s,syscalls=%s,"
                     "values=%s",
                     start->channel_fd, regions[settings->regions],
                     settings->kind == KIND_WRITE ? "off" : "on",
                     settings->kind == KIND_READ ? "off" : "on",
                     settings->syscalls ? "on" : "off",
                     settings->values ? "on" : "off");

    if (settings->follows_exec) {
        snprintf(text + n, size - (size_t)n, ",follow=%d-%d", getpid(),
                 start->channel_fd);
    }
}

static void describe(const struct record_settings *settings,
                     const struct start *start, char *const *operands,
                     struct record_meta *meta)
{
    char cwd[PATH_MAX];

    record_meta_add(meta, "guest.arch", "%s", start->guest.program.guest->name);
    record_meta_add(meta, "guest.bits", "%u", start->guest.program.guest->bits);
    record_meta_add(meta, "guest.endian", "%s",
                    start->guest.program.guest->is_big_endian ? "big"
                                                              : "little");
    record_meta_add(meta, "guest.program", "%s", start->guest.program.path);
    record_meta_add_command(meta, "guest.command", operands);
    if (getcwd(cwd, sizeof(cwd)) != NULL) {
        record_meta_add(meta, "guest.cwd", "%s", cwd);
    }
    record_meta_add(meta, "qemu.path", "%s", start->guest.qemu.path);
    record_meta_add(meta, "qemu.version", "%s", start->guest.qemu.version);
    if (guest_run_cpu(&start->guest) != NULL) {
        record_meta_add(meta, "qemu.cpu", "%s", guest_run_cpu(&start->guest));
    }
    if (settings->sysroot != NULL) {
        record_meta_add(meta, "guest.sysroot", "%s", settings->sysroot);
    }
    record_meta_add(meta, "record.regions", "%s", regions[settings->regions]);
    record_meta_add(meta, "record.kinds", "%s",
                    settings->kind == KIND_ALL    ? "rw"
                    : settings->kind == KIND_READ ? "r"
                                                  : "w");
    if (settings->syscalls) {
        record_meta_add(meta, "record.syscalls", "on");
    }
    if (settings->values) {
        record_meta_add(meta, "record.values", "on");
    }
    record_filters_describe(&start->filters, meta);
    record_meta_add(meta, "record.stamp", "%llu",
                    (unsigned long long)settings->stamp);
    if (settings->dense > 0) {
        record_meta_add(meta, "record.dense", "%llu",
                        (unsigned long long)settings->dense);
    }
    if (settings->digest) {
        record_meta_add(meta, "record.digest", "on");
    }
    record_meta_add_host(meta);
}

static void summarise(const struct record_settings *settings,
                      const struct recorder_result *result)
{
    char size[UNITS_TEXT_MAX];
    double seconds = result->duration_ns / 1e9;

    message("%llu memory accesses traced",
            (unsigned long long)result->n_accesses);
    message("%s: %s, %.2f bytes an access, %u thread%s, %.1f s",
            settings->output, units_size(result->bytes, size),
            result->n_accesses > 0 ? (double)result->bytes / result->n_accesses
                                   : 0.0,
            result->n_threads, result->n_threads == 1 ? "" : "s", seconds);
    if (result->n_evicted > 0) {
        message("%llu of them went to make room for later ones: memtrace info "
                "tells from when on the trace is whole",
                (unsigned long long)result->n_evicted);
    }
    if (result->n_lost > 0) {
        message("%llu memory accesses dropped: the buffer was full",
                (unsigned long long)result->n_lost);
    }
}

/* What was executed, but is not in the trace. */
static void confess(struct channel *channel)
{
    for (unsigned kind = 1; kind < CHANNEL_UNSEEN_KINDS; kind++) {
        uint64_t n = atomic_load(&channel->unseen[kind]);
        const char *name = recorder_unseen_name(kind);
        size_t part = strlen(RECORDER_UNSEEN_PART);
        bool is_part = strncmp(name, RECORDER_UNSEEN_PART, part) == 0;

        if (n > 0) {
            message("%llu %s executed, %stheir accesses are not in this trace",
                    (unsigned long long)n, is_part ? name + part : name,
                    is_part ? "some of " : "");
        }
    }
}

static int record(const struct record_settings *settings,
                  const struct start *start, pid_t child,
                  const struct record_meta *meta,
                  const struct memtrace_digester *digester)
{
    struct recorder_config config = {
        .channel = start->channel,
        .fd = start->trace_fd,
        .n_workers = settings->n_workers,
        .meta = meta->list,
        .n_meta = meta->n,
        .child = child,
        .shows_progress = !settings->quiet && isatty(STDERR_FILENO),
        .leaves_children = settings->leaves_children,
        .names = &start->filters.names,
        .digester = settings->digest ? digester : NULL,
        .sample_on_ns = start->filters.sample_on_ns,
        .sample_period_ns = start->filters.sample_period_ns,
        .max_bytes = settings->max_bytes,
        .keep_bytes = settings->keep_bytes,
    };
    struct recorder_result result;
    int error = recorder_run(&config, &result);
    int status = guest_run_status(result.child_status);

    recorder_release(start->channel);
    if (result.n_processes == 0) {
        /* QEMU has said why it did not come as far as the plugin. */
        unlink(settings->output);
        return status != 0 ? status : STATUS_FAILURE;
    }
    if (!settings->quiet) {
        summarise(settings, &result);
        confess(start->channel);
        record_filters_report(&start->filters);
    }
    return error != 0 && status == 0 ? STATUS_FAILURE : status;
}

static int run(void *data, int n_operands, char **operands)
{
    const struct record_settings *settings = data;
    struct start start = {.channel_fd = -1, .trace_fd = -1};
    struct record_meta meta = {0};
    struct memtrace_digester digester;
    char text[PLUGIN_OPTIONS_MAX];
    int status;
    pid_t child;

    if (n_operands == 0) {
        return command_usage_error(&command_record,
                                   "which program is to be recorded?");
    }
    if (settings->max_bytes > 0 && settings->keep_bytes > 0) {
        return command_usage_error(
            &command_record, "--max-size keeps the start of the trace and "
                             "--keep-last its end: choose one");
    }
    status = prepare(settings, operands[0], &start);
    if (status != STATUS_FINE) {
        return status;
    }
    record_filters_tell(&start.filters, start.channel);
    recorder_announce(start.channel);
    plugin_options(settings, &start, text, sizeof(text));
    child = guest_run_start(&start.guest, text, start.channel_fd, n_operands,
                            operands);
    if (child < 0) {
        return STATUS_FAILURE;
    }
    if (!settings->follows_exec) {
        close(start.channel_fd); /* or else the next program takes it here */
    }
    describe(settings, &start, operands, &meta);
    if (race_digester_open(&digester) < 0) {
        message("out of memory");
        return STATUS_FAILURE;
    }
    status = record(settings, &start, child, &meta, &digester);
    race_digester_close(&digester);
    record_meta_free(&meta);
    record_filters_free(&start.filters);
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
