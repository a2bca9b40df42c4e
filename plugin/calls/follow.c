/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * follow.c - see follow.h.
 *
 * At the entry of execve the plugin executes QEMU itself, with the guest's
 * program, arguments and environment, and with the options that this QEMU was
 * started with.  What execve does to descriptors, threads and signals it does
 * so to the guest's, which are the host's.  The recorder's channel is found by
 * the recorder's descriptor.
 */
#include "follow.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "exec_args.h"
#include "exec_program.h"
#include "exec_request.h"
#include "plugin_recording.h"
#include "thread.h"

#define COMMAND_BYTES (32u << 10)
#define MAX_OPTIONS 32

/* How this QEMU was started: set once. */
static struct {
    char command[COMMAND_BYTES];
    const char *options[MAX_OPTIONS]; /* without -plugin, -0 and -E */
    size_t n_options;
    const char *plugin; /* the value of -plugin */
    const char *sysroot;
    char qemu[PATH_MAX];
    char program[PATH_MAX]; /* the guest's */
} start;

static int read_command(size_t *size)
{
    int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;

    if (fd >= 0) {
        n = read(fd, start.command, sizeof(start.command) - 1);
        close(fd);
    }
    *size = n > 0 ? n : 0;
    return n > 0 ? 0 : -1;
}

static void take_option(const char *name, const char *value)
{
    if (strcmp(name, "-plugin") == 0) {
        start.plugin = value;
    } else if (strcmp(name, "-0") != 0 && strcmp(name, "-E") != 0 &&
               start.n_options + 2 <= MAX_OPTIONS) {
        start.options[start.n_options++] = name;
        start.options[start.n_options++] = value;
    }
    if (strcmp(name, "-L") == 0) {
        start.sysroot = value;
    }
}

static bool set_program(const char *path)
{
    if (realpath(path, start.program) != NULL) {
        return true;
    }
    return snprintf(start.program, PATH_MAX, "%s", path) < PATH_MAX &&
           exec_request_was_kept(path);
}

/* As `memtrace record` writes it: options with values, "--", the program. */
int follow_prepare(void)
{
    const char *word = start.command;
    const char *end;
    size_t size;
    ssize_t n;

    if (plugin_recording.options.recorder_pid == 0) {
        return 0;
    }
    if (read_command(&size) != 0) {
        return -1;
    }
    end = word + size;
    for (word += strlen(word) + 1; word < end && *word == '-';
         word += strlen(word) + 1) {
        const char *value = word + strlen(word) + 1;

        if (strcmp(word, "--") == 0) {
            word = value;
            break;
        }
        take_option(word, value);
        word = value;
    }
    n = readlink("/proc/self/exe", start.qemu, sizeof(start.qemu) - 1);
    return n > 0 && start.plugin != NULL && word < end && set_program(word)
               ? 0
               : -1;
}

/* A QEMU that has plugins shows their functions. */
static bool has_plugins(const char *qemu)
{
    static const char name[] = "qemu_plugin_register_vcpu_init_cb";
    int fd = open(qemu, O_RDONLY | O_CLOEXEC);
    bool has_name = false;
    size_t size;
    const char *raw;
    Elf *elf;

    if (fd < 0) {
        return false;
    }
    elf_version(EV_CURRENT);
    elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
    raw = elf != NULL ? elf_rawfile(elf, &size) : NULL;
    has_name = raw != NULL && memmem(raw, size, name, sizeof(name)) != NULL;
    elf_end(elf);
    close(fd);
    return has_name;
}

/* This QEMU, or the one for another architecture beside it. */
static bool find_qemu(const struct guest *guest, char qemu[PATH_MAX])
{
    const char *slash = strrchr(start.qemu, '/');

    if (guest == plugin_recording.guest || slash == NULL) {
        strcpy(qemu, start.qemu);
        return slash != NULL;
    }
    return snprintf(qemu, PATH_MAX, "%.*s/qemu-%s", (int)(slash - start.qemu),
                    start.qemu, guest->name) < PATH_MAX &&
           access(qemu, X_OK) == 0 && has_plugins(qemu);
}

/* The plugin's options with another channel, and whose thread this is. */
static char *plugin_option(int channel_fd)
{
    static const char mark[] = "," RECORDING_CHANNEL "=";
    const char *channel = strstr(start.plugin, mark);
    const char *rest;
    const char *old;
    char *option = NULL;

    if (channel == NULL) {
        return NULL;
    }
    rest = channel + strlen(mark);
    rest += strspn(rest, "0123456789");
    old = strstr(rest, "," RECORDING_PARENT "=");
    if (asprintf(&option, "%.*s%s%d%.*s,%s=%u", (int)(channel - start.plugin),
                 start.plugin, mark, channel_fd,
                 (int)(old != NULL ? old - rest : (ssize_t)strlen(rest)), rest,
                 RECORDING_PARENT, plugin_thread.slot->number) < 0) {
        return NULL;
    }
    return option;
}

/* The CPU that was chosen is the old architecture's. */
static void add_options(struct exec_args *args, const struct guest *guest)
{
    const char *cpu = guest_cpu_for(guest, compat_major());
    bool is_other = guest != plugin_recording.guest;

    for (size_t i = 0; i < start.n_options; i += 2) {
        if (!is_other || strcmp(start.options[i], "-cpu") != 0) {
            exec_args_add(args, start.options[i]);
            exec_args_add(args, start.options[i + 1]);
        }
    }
    if (is_other && cpu != NULL) {
        exec_args_add(args, "-cpu");
        exec_args_add(args, cpu);
    }
}

/*
 * QEMU takes its guest's environment from its own.  What would act on QEMU
 * itself goes to the guest by an option, which takes no commas.
 */
static bool is_for_option(const char *variable)
{
    return (strncmp(variable, "LD_", 3) == 0 ||
            strncmp(variable, "QEMU_", 5) == 0) &&
           strchr(variable, ',') == NULL;
}

static void split_environment(const struct exec_args *from,
                              struct exec_args *args,
                              struct exec_args *environment)
{
    for (size_t i = 0; i < from->n; i++) {
        if (is_for_option(from->words[i])) {
            exec_args_add(args, "-E");
            exec_args_add(args, from->words[i]);
        } else {
            exec_args_add(environment, from->words[i]);
        }
    }
}

/*
 * A script is read by its path: of one that has none only the descriptor that
 * the guest leaves open can be the path.
 */
static bool keep_file(const struct exec_request *request,
                      struct exec_program *program)
{
    return program->n_words > 0 ? request->is_path_kept
                                : exec_request_keep(request, program->path);
}

static void execute(const struct exec_request *request,
                    struct exec_program *program, int channel_fd)
{
    const struct exec_args *given = &request->arguments;
    struct exec_args args = {0};
    struct exec_args environment = {0};
    char qemu[PATH_MAX];
    char *option = plugin_option(channel_fd);

    if (option != NULL && find_qemu(program->guest, qemu) &&
        keep_file(request, program)) {
        exec_args_add(&args, qemu);
        add_options(&args, program->guest);
        split_environment(&request->environment, &args, &environment);
        exec_args_add(&args, "-plugin");
        exec_args_add(&args, option);
        exec_args_add(&args, "-0");
        exec_args_add(&args, program->n_words > 0 ? program->words[0]
                             : given->n > 0       ? given->words[0]
                                                  : "");
        exec_args_add(&args, "--");
        exec_args_add(&args, program->path);
        for (size_t i = 1; i < program->n_words; i++) {
            exec_args_add(&args, program->words[i]);
        }
        for (size_t i = 1; i < given->n; i++) {
            exec_args_add(&args, given->words[i]);
        }
        if (!args.has_failed && !environment.has_failed) {
            execve(qemu, args.words, environment.words);
        }
    }
    free(option);
    exec_args_free(&args);
    exec_args_free(&environment);
}

void follow_exec(const struct current_call *current)
{
    const struct plugin_options *options = &plugin_recording.options;
    struct exec_request *request;
    struct exec_program *program;
    char path[64];
    int fd;

    if (options->recorder_pid == 0 ||
        atomic_load(&plugin_recording.channel->state) != CHANNEL_RECORDING ||
        (!compat_has_execveat() &&
         strcmp(current->call->name, "execveat") == 0)) {
        return;
    }
    request = calloc(1, sizeof(*request));
    program = calloc(1, sizeof(*program));
    if (request != NULL && program != NULL &&
        exec_request_read(current, start.program, request) &&
        exec_program_find(request->path, start.sysroot, program) == 0) {
        snprintf(path, sizeof(path), "/proc/%d/fd/%d", options->recorder_pid,
                 options->recorder_fd);
        fd = open(path, O_RDWR);
        if (fd >= 0) {
            execute(request, program, fd);
            close(fd);
        }
    }
    if (request != NULL) {
        exec_request_free(request);
    }
    free(request);
    free(program);
}
