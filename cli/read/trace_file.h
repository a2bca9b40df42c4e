/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_file.h - the trace that a command reads, named by -i or an operand. */
#ifndef TRACE_FILE_H
#define TRACE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "memtrace.h"

struct command;

#define TRACE_FILE_DEFAULT "memtrace.data"

/* The entry of -i for a command's table of options. */
#define TRACE_FILE_OPTION(settings_struct, member)                             \
    {                                                                          \
        .name = "input", .letter = 'i', .type = OPTION_STRING,                 \
        .value = "FILE",                                                       \
        .help = "trace to read (default " TRACE_FILE_DEFAULT ")",              \
        .field = offsetof(settings_struct, member)                             \
    }

/**
 * trace_file_path() - which file the arguments name
 * @input: what -i gave, or NULL
 * @path: set to the file
 *
 * Return: STATUS_FINE, or STATUS_USAGE where two files are named.
 */
int trace_file_path(const struct command *command, const char *input,
                    int n_operands, char **operands, const char **path);

/**
 * trace_file_open() - open a trace, say what is wrong if it cannot be
 *
 * Return: the reader, or NULL.
 */
struct memtrace_reader *trace_file_open(const char *path);

/**
 * trace_file_error() - say which error the library met in a file
 * @error: a negative MEMTRACE_ERR_ value
 *
 * Return: STATUS_FAILURE.
 */
int trace_file_error(const char *path, int error);

/** trace_file_is_damaged() - Return: true if what was recorded is missing. */
bool trace_file_is_damaged(const struct memtrace_summary *summary);

/**
 * trace_file_complain() - after reading: say in one line what is missing
 *
 * Return: STATUS_FAILURE where the trace is damaged, else STATUS_FINE.
 */
int trace_file_complain(const struct memtrace_reader *reader, const char *path);

/**
 * trace_file_ns() - time since the start of the trace
 * @ticks: a stamp
 * @time_ns: set to nanoseconds
 *
 * Return: false where the speed of the stamps' clock is not known.
 */
bool trace_file_ns(const struct memtrace_summary *summary, uint64_t ticks,
                   uint64_t *time_ns);

/** trace_file_has_values() - was recorded what was loaded and stored? */
bool trace_file_has_values(const struct memtrace_reader *reader);

/** trace_file_has_kernel() - was recorded what system calls access? */
bool trace_file_has_kernel(const struct memtrace_reader *reader);

/** trace_file_has_heap() - were allocations recorded? */
bool trace_file_has_heap(const struct memtrace_reader *reader);

#endif /* TRACE_FILE_H */
