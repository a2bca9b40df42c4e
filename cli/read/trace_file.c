/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_file.c - see trace_file.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "message.h"
#include "trace_file.h"

int trace_file_path(const struct command *command, const char *input,
                    int n_operands, char **operands, const char **path)
{
    if (input && n_operands) {
        return command_usage_error(command,
                                   "two files, '%s' and '%s', but one is read",
                                   input, operands[0]);
    }
    *path = TRACE_FILE_DEFAULT;
    if (input) {
        *path = input;
    } else if (n_operands) {
        *path = operands[0];
    }
    return STATUS_FINE;
}

struct memtrace_reader *trace_file_open(const char *path)
{
    struct memtrace_reader *reader;
    int error = memtrace_open(path, &reader);

    if (error) {
        trace_file_error(path, error);
        return NULL;
    }
    return reader;
}

int trace_file_error(const char *path, int error)
{
    int system_error = errno;

    if (error == MEMTRACE_ERR_OPEN && system_error) {
        message("%s: %s", path, strerror(system_error));
    } else {
        message("%s: %s", path, memtrace_strerror(error));
    }
    return STATUS_FAILURE;
}

bool trace_file_is_damaged(const struct memtrace_summary *summary)
{
    /* A last block that is cut off is in neither. */
    return summary->n_damaged_blocks || summary->damaged_bytes;
}

int trace_file_complain(const struct memtrace_reader *reader, const char *path)
{
    const struct memtrace_summary *summary = memtrace_summary(reader);

    if (trace_file_is_damaged(summary)) {
        message("%s: damaged: %" PRIu64 " block%s (%" PRIu64
                " bytes) could not be read, what was in there is missing",
                path, summary->n_damaged_blocks,
                summary->n_damaged_blocks == 1 ? "" : "s",
                summary->damaged_bytes);
        return STATUS_FAILURE;
    }
    if (summary->n_evicted) {
        message("%s: not from the start: %" PRIu64
                " accesses went to make room for later ones",
                path, summary->n_evicted);
    }
    if (!summary->is_complete) {
        message("%s: incomplete: the recording did not end properly, its last "
                "accesses may be missing",
                path);
    }
    return STATUS_FINE;
}

bool trace_file_ns(const struct memtrace_summary *summary, uint64_t ticks,
                   uint64_t *time_ns)
{
    unsigned __int128 wide;

    if (!summary->ticks_per_second) {
        return false;
    }
    wide = ticks > summary->start_time ? ticks - summary->start_time : 0;
    wide = wide * 1000000000u / summary->ticks_per_second;
    *time_ns = wide > UINT64_MAX ? UINT64_MAX : (uint64_t)wide;
    return true;
}

static bool was_on(const struct memtrace_reader *reader, const char *key)
{
    const char *value = memtrace_meta(reader, key);

    return value && !strcmp(value, "on");
}

bool trace_file_has_values(const struct memtrace_reader *reader)
{
    return was_on(reader, "record.values");
}

bool trace_file_has_kernel(const struct memtrace_reader *reader)
{
    return was_on(reader, "record.syscalls");
}

bool trace_file_has_heap(const struct memtrace_reader *reader)
{
    return was_on(reader, "record.heap");
}
