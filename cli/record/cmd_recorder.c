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
#include "recorder.h"

struct recorder_settings {
    uint64_t channel_fd;
    uint64_t pid;
    const char *guest;
    const char *regions;
    bool syscalls;
    bool values;
    const char *out;
    const char *text;
    struct record_filter_settings filters;
};

#define FIELD(name) offsetof(struct recorder_settings, name)

static const struct option options[] = {
    {.name = "channel",
     .type = OPTION_NUMBER,
     .value = "FD",
     .help = "descriptor of the channel",
     .field = FIELD(channel_fd),
     .max = INT32_MAX},
    {.name = "pid",
     .type = OPTION_NUMBER,
     .value = "PID",
     .help = "process of QEMU",
     .field = FIELD(pid),
     .max = INT32_MAX},
    {.name = "guest",
     .type = OPTION_STRING,
     .value = "ARCH",
     .help = "architecture of the guest",
     .field = FIELD(guest)},
    {.name = "regions",
     .type = OPTION_STRING,
     .value = "WORD",
     .help = "what is recorded",
     .field = FIELD(regions)},
    {.name = "syscalls",
     .type = OPTION_FLAG,
     .help = "what system calls access is recorded too",
     .field = FIELD(syscalls)},
    {.name = "values",
     .type = OPTION_FLAG,
     .help = "what was loaded and stored is recorded too",
     .field = FIELD(values)},
    {.name = "out",
     .type = OPTION_STRING,
     .value = "FILE",
     .help = "trace to write",
     .field = FIELD(out)},
    {.name = "text",
     .type = OPTION_STRING,
     .value = "FILE",
     .help = "text to write; stderr without either",
     .field = FIELD(text)},
    RECORD_FILTER_OPTIONS(struct recorder_settings, filters),
    {0},
};

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

static int open_output(const struct recorder_settings *settings,
                       struct channel *channel)
{
    char path[PATH_MAX];
    char error[CHANNEL_ERROR_BYTES];
    int fd;

    if (settings->out == NULL && settings->text == NULL) {
        return dup(STDERR_FILENO);
    }
    expand(settings->out != NULL ? settings->out : settings->text,
           settings->pid, path, sizeof(path));
    fd = settings->out != NULL ? output_file_create(path, true)
                               : output_file_text(path);
    if (fd < 0) {
        snprintf(error, sizeof(error), "%.300s: %s", path, strerror(errno));
        recorder_refuse(channel, error);
    }
    return fd;
}

static void describe(const struct recorder_settings *settings,
                     const struct channel *channel,
                     const struct record_filters *filters,
                     struct record_meta *meta)
{
    record_meta_add(meta, "guest.arch", "%s",
                    settings->guest != NULL ? settings->guest : "");
    record_meta_add(meta, "record.regions", "%s",
                    settings->regions != NULL ? settings->regions : "rw");
    if (settings->syscalls) {
        record_meta_add(meta, "record.syscalls", "on");
    }
    if (settings->values) {
        record_meta_add(meta, "record.values", "on");
    }
    record_filters_describe(filters, meta);
    record_meta_add(meta, "record.stamp", "%u", channel->stamp_interval);
    if (channel->n_dense > 0) {
        record_meta_add(meta, "record.dense", "%u", channel->n_dense);
    }
    record_meta_add_host(meta);
}

static int run(void *data, int n_operands, char **operands)
{
    const struct recorder_settings *settings = data;
    struct channel *channel = channel_map(settings->channel_fd);
    struct record_meta meta = {0};
    struct record_filters filters;
    struct recorder_result result;
    struct recorder_config config = {
        .channel = channel,
        .is_text = settings->out == NULL,
        .has_values = settings->values,
        .first_pid = settings->pid,
    };

    (void)n_operands;
    (void)operands;
    if (channel == NULL) {
        message("descriptor %llu is no channel",
                (unsigned long long)settings->channel_fd);
        return STATUS_FAILURE;
    }
    close(settings->channel_fd);
    if (record_filters_read(&filters, &settings->filters) != STATUS_FINE) {
        return STATUS_USAGE;
    }
    record_filters_tell(&filters, channel);
    config.names = &filters.names;
    config.sample_on_ns = filters.sample_on_ns;
    config.sample_period_ns = filters.sample_period_ns;
    config.fd = open_output(settings, channel);
    if (config.fd < 0) {
        return STATUS_FAILURE;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    describe(settings, channel, &filters, &meta);
    config.meta = meta.list;
    config.n_meta = meta.n;
    recorder_announce(channel);
    recorder_run(&config, &result);
    record_filters_report(&filters);
    message("%llu memory accesses traced",
            (unsigned long long)result.n_accesses);
    if (result.n_lost > 0) {
        message("%llu memory accesses dropped",
                (unsigned long long)result.n_lost);
    }
    record_meta_free(&meta);
    record_filters_free(&filters);
    recorder_release(channel);
    return result.error[0] == '\0' ? STATUS_FINE : STATUS_FAILURE;
}

const struct command command_recorder = {
    .name = "recorder",
    .summary = "drain the channel of a QEMU that was started by hand",
    .operands = "",
    .options = options,
    .settings_bytes = sizeof(struct recorder_settings),
    .is_hidden = true,
    .run = run,
};
