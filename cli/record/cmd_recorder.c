/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_recorder.c - `memtrace recorder`: started by the plugin where QEMU was
 * started by hand; not for users.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "message.h"
#include "output_file.h"
#include "record_filters.h"
#include "record_meta.h"
#include "record_options.h"
#include "recorder.h"

struct recorder_settings {
    struct record_options options; /* first, see record_options.h */
    struct recording_start start;
};

static const struct recorder_settings defaults = {
    .options.asked = RECORDING_DEFAULTS,
};

#define START_OPTION(type_, member_, name_, value_, help_)                     \
    {.name = (name_),                                                          \
     .type = OPTION_##type_,                                                   \
     .value = (value_),                                                        \
     .help = (help_),                                                          \
     .field = offsetof(struct recorder_settings, start.member_),               \
     .max = OPTION_##type_ == OPTION_NUMBER ? INT32_MAX : 0},

/* clang-format off */
static const struct option options[] = {
    RECORDING_START(START_OPTION)
    RECORDING_OPTIONS(RECORD_OPTION)
    RECORDING_OPTIONS_BY_HAND(RECORD_OPTION)
    RECORDING_FILTERS(RECORD_FILTER)
    {.name = NULL},
};
/* clang-format on */

/* FILE with each %p replaced by the guest's process number. */
static void expand(const char *name, uint64_t pid, char *out, size_t size)
{
    size_t used = 0;

    for (; *name != '\0' && used + 24 < size; name++) {
        if (name[0] == '%' && name[1] == 'p') {
            used += snprintf(out + used, size - used, "%llu",
                             (unsigned long long)pid);
            name++;
        } else {
            out[used++] = *name;
        }
    }
    out[used] = '\0';
}

/* Return: the descriptor, or -1, said to the plugin. */
static int open_output(const struct recording_start *start,
                       struct channel *channel)
{
    char path[PATH_MAX];
    char error[CHANNEL_ERROR_BYTES];
    int fd;

    if (start->out == NULL && start->text == NULL) {
        return dup(STDERR_FILENO);
    }
    expand(start->out != NULL ? start->out : start->text, start->pid, path,
           sizeof(path));
    fd = start->out != NULL ? output_file_create(path, true)
                            : output_file_text(path);
    if (fd < 0) {
        snprintf(error, sizeof(error), "%.300s: %s", path, strerror(errno));
        recorder_refuse(channel, error);
    }
    return fd;
}

static void describe(const struct recorder_settings *settings,
                     struct record_meta *meta)
{
    const char *guest = settings->start.guest;

    record_meta_add(meta, "guest.arch", "%s", guest != NULL ? guest : "");
    record_options_describe(&settings->options, meta);
    record_meta_add_host(meta);
}

/* All is there but the output. Return: the status. */
static int record(const struct recorder_settings *settings,
                  struct channel *channel, const struct record_filters *filters,
                  const struct record_meta *meta)
{
    const struct recording_start *start = &settings->start;
    struct recorder_config config = {
        .channel = channel,
        .is_text = start->out == NULL,
        .has_values = settings->options.asked.values,
        .meta = meta->list,
        .n_meta = meta->n,
        .first_pid = start->pid,
        .names = &filters->names,
        .sample_on_ns = filters->sample_on_ns,
        .sample_period_ns = filters->sample_period_ns,
        .fd = open_output(start, channel),
    };
    struct recorder_result result;

    if (config.fd < 0) {
        return STATUS_FAILURE;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    recorder_announce(channel);
    recorder_run(&config, &result);
    record_filters_report(filters);
    message("%llu memory access%s traced",
            (unsigned long long)result.n_accesses,
            result.n_accesses == 1 ? "" : "es");
    if (result.n_lost > 0) {
        message("%llu memory accesses dropped",
                (unsigned long long)result.n_lost);
    }
    recorder_release(channel);
    return result.error[0] == '\0' ? STATUS_FINE : STATUS_FAILURE;
}

static int run(void *data, int n_operands, char **operands)
{
    const struct recorder_settings *settings = data;
    struct channel *channel = channel_map(settings->start.channel_fd);
    struct record_meta meta = {.n = 0};
    struct record_filters filters;
    int status;

    (void)n_operands;
    (void)operands;
    if (channel == NULL) {
        message("descriptor %llu is no channel",
                (unsigned long long)settings->start.channel_fd);
        return STATUS_FAILURE;
    }
    close(settings->start.channel_fd);
    status = record_filters_read(&filters, &settings->options.filters,
                                 settings->options.asked.heap);
    if (status == STATUS_FINE) {
        describe(settings, &meta);
        if (meta.has_failed) {
            recorder_refuse(channel, "out of memory");
            status = STATUS_FAILURE;
        }
    }
    if (status == STATUS_FINE) {
        record_filters_tell(&filters, channel);
        status = record(settings, channel, &filters, &meta);
    }
    record_meta_free(&meta);
    record_filters_free(&filters);
    return status;
}

const struct command command_recorder = {
    .name = "recorder",
    .summary = "drain the channel of a QEMU that was started by hand",
    .operands = "",
    .options = options,
    .defaults = &defaults,
    .settings_bytes = sizeof(struct recorder_settings),
    .is_hidden = true,
    .run = run,
};
