/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_record.c - `memtrace record`: runs a program under QEMU and records it.
 * This process is the recorder, and QEMU's parent.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "guest_program.h"
#include "message.h"
#include "output_file.h"
#include "qemu_program.h"
#include "race_digest.h"
#include "record_filters.h"
#include "record_meta.h"
#include "recorder.h"
#include "units.h"

#define EXEC_FAILED 127
#define MAX_QEMU_ARGS 16
#define FIRST_WITH_VALUES 10

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
    struct guest_program program;
    struct qemu_program qemu;
    char plugin[PATH_MAX];
    struct channel *channel;
    int channel_fd;
    int trace_fd;
    struct record_filters filters;
};

/* The plugin is beside this program, or where make install puts it. */
static int find_plugin(char plugin[PATH_MAX])
{
    static const char *const places[] = {
        "qemu-memtrace.so", "../lib/qemu-memtrace/qemu-memtrace.so"};
    char self[PATH_MAX] = "";
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash = n > 0 ? strrchr(self, '/') : NULL;

    for (size_t i = 0; slash != NULL && i < 2; i++) {
        int length = snprintf(plugin, PATH_MAX, "%.*s/%s", (int)(slash - self),
                              self, places[i]);

        if (length < PATH_MAX && access(plugin, R_OK) == 0) {
            return 0;
        }
    }
    message("qemu-memtrace.so is not beside %s: run make", self);
    return -1;
}

/* A dynamic program without its loader would fail in QEMU's words. */
static int check_loader(const struct guest_program *program,
                        const char *sysroot)
{
    char path[2 * PATH_MAX];

    if (*program->loader == '\0' || access(program->loader, R_OK) == 0) {
        return 0;
    }
    if (sysroot != NULL) {
        snprintf(path, sizeof(path), "%s/%s", sysroot, program->loader);
        /* A link in the sysroot may be absolute: that it is there is enough.
         */
        if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
            return 0;
        }
        message("%s needs %s, which is not in %s", program->path,
                program->loader, sysroot);
        return -1;
    }
    message("%s needs %s: name the folder with the guest's libraries by "
            "--sysroot",
            program->path, program->loader);
    return -1;
}

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
    if (guest_program_find(name, &start->program) != 0 ||
        qemu_program_find(start->program.arch, settings->qemu, &start->qemu) !=
            0 ||
        check_values(settings, &start->qemu) != 0 ||
        find_plugin(start->plugin) != 0 ||
        check_loader(&start->program, settings->sysroot) != 0 ||
        (*start->program.loader == '\0' &&
         record_filters_check_static(&start->filters, start->program.path) !=
             STATUS_FINE)) {
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

/* QEMU's option for the plugin, commas in its path doubled. */
static void plugin_option(const struct record_settings *settings,
                          const struct start *start, char *option, size_t size)
{
    size_t used = 0;

    for (const char *p = start->plugin; *p != '\0' && used + 2 < size; p++) {
        option[used++] = *p;
        if (*p == ',') {
            option[used++] = ',';
        }
    }
    snprintf(option + used, size - used,
             ",channel=%d,regions=%s,read=%s,write=%s,syscalls=%s,"
             "values=%s",
             start->channel_fd, regions[settings->regions],
             settings->kind == KIND_WRITE ? "off" : "on",
             settings->kind == KIND_READ ? "off" : "on",
             settings->syscalls ? "on" : "off",
             settings->values ? "on" : "off");
    if (settings->follows_exec) {
        used = strlen(option);
        snprintf(option + used, size - used, ",follow=%d-%d", getppid(),
                 start->channel_fd);
    }
}

/* Where another program may be executed from another folder. */
static const char *sysroot_of(const struct record_settings *settings)
{
    char *whole = settings->follows_exec && settings->sysroot != NULL
                      ? realpath(settings->sysroot, NULL)
                      : NULL;

    return whole != NULL ? whole : settings->sysroot;
}

/*
 * The CPU to ask QEMU for; NULL: its own choice.  QEMU before 9 shows nothing
 * of SVE, which libc copies with where the CPU has it: give the guest a CPU
 * without, rather than a trace without.
 */
static const char *choose_cpu(const struct record_settings *settings,
                              const struct start *start)
{
    if (settings->cpu != NULL) {
        return settings->cpu;
    }
    if (strcmp(start->program.arch, "aarch64") == 0 &&
        start->qemu.major_version < 9) {
        return "max,sve=off";
    }
    return NULL;
}

/* In the child. */
static void become_qemu(const struct record_settings *settings,
                        const struct start *start, int n_operands,
                        char **operands)
{
    const char *cpu = choose_cpu(settings, start);
    char option[PATH_MAX + 256];
    const char **argv = calloc(MAX_QEMU_ARGS + n_operands, sizeof(*argv));
    size_t n = 0;

    if (argv == NULL) {
        _exit(EXEC_FAILED);
    }
    plugin_option(settings, start, option, sizeof(option));
    argv[n++] = start->qemu.path;
    if (settings->sysroot != NULL) {
        argv[n++] = "-L";
        argv[n++] = sysroot_of(settings);
    }
    if (cpu != NULL) {
        argv[n++] = "-cpu";
        argv[n++] = cpu;
    }
    argv[n++] = "-plugin";
    argv[n++] = option;
    if (!start->program.is_script) {
        argv[n++] = "-0";
        argv[n++] = operands[0];
    }
    argv[n++] = "--";
    argv[n++] = start->program.path;
    if (*start->program.script_argument != '\0') {
        argv[n++] = start->program.script_argument;
    }
    for (int i = start->program.is_script ? 0 : 1; i < n_operands; i++) {
        argv[n++] = operands[i];
    }
    fcntl(start->channel_fd, F_SETFD, 0);
    execvp(start->qemu.path, (char *const *)argv);
    message("%s: %s", start->qemu.path, strerror(errno));
    _exit(EXEC_FAILED);
}

static volatile sig_atomic_t guest_pid;

static void forward(int number)
{
    int saved = errno;

    if (guest_pid > 0) {
        kill(guest_pid, number);
    }
    errno = saved;
}

/*
 * The terminal sends its signals to the guest as well: what was recorded is
 * still to be written.  Others are the guest's.
 */
static void set_signals(void)
{
    struct sigaction action = {.sa_handler = forward, .sa_flags = SA_RESTART};

    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

static void describe(const struct record_settings *settings,
                     const struct start *start, char *const *operands,
                     struct record_meta *meta)
{
    char cwd[PATH_MAX];

    record_meta_add(meta, "guest.arch", "%s", start->program.arch);
    record_meta_add(meta, "guest.bits", "%u", start->program.bits);
    record_meta_add(meta, "guest.endian", "%s",
                    start->program.is_big_endian ? "big" : "little");
    record_meta_add(meta, "guest.program", "%s", start->program.path);
    record_meta_add_command(meta, "guest.command", operands);
    if (getcwd(cwd, sizeof(cwd)) != NULL) {
        record_meta_add(meta, "guest.cwd", "%s", cwd);
    }
    record_meta_add(meta, "qemu.path", "%s", start->qemu.path);
    record_meta_add(meta, "qemu.version", "%s", start->qemu.version);
    if (choose_cpu(settings, start) != NULL) {
        record_meta_add(meta, "qemu.cpu", "%s", choose_cpu(settings, start));
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

static int guest_status(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
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
    int status = guest_status(result.child_status);

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
    child = fork();
    if (child == 0) {
        become_qemu(settings, &start, n_operands, operands);
    }
    if (child < 0) {
        message("cannot start QEMU: %s", strerror(errno));
        return STATUS_FAILURE;
    }
    guest_pid = child;
    set_signals();
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
