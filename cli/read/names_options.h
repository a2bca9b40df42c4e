/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * names_options.h - the options that say where names of functions and
 * variables come from.  The same in every command that names things.
 */
#ifndef NAMES_OPTIONS_H
#define NAMES_OPTIONS_H

#include "memtrace.h"
#include "options.h"
#include "symbols.h"

/* What the options give. */
struct names_options {
    const char *sysroot;
    struct option_strings debug_dirs;
};

/* Entries for a command's table; @member is a struct names_options. */
#define NAMES_OPTIONS(settings_struct, member)                                 \
    {.name = "sysroot",                                                        \
     .type = OPTION_STRING,                                                    \
     .value = "DIR",                                                           \
     .help = "where the guest's files are (default: where they were)",         \
     .field = offsetof(settings_struct, member.sysroot)},                      \
    {                                                                          \
        .name = "debug-dir", .type = OPTION_STRINGS, .value = "DIR",           \
        .help = "folder with separate debug files, beside /usr/lib/debug",     \
        .field = offsetof(settings_struct, member.debug_dirs)                  \
    }

/**
 * names_open() - the names of a trace
 * @path: of the trace, for messages
 * @symbols: set to them, prepared, for symbols_free(); left alone where it is
 *           not NULL
 *
 * Return: STATUS_FINE, or STATUS_FAILURE, said on stderr.
 */
int names_open(const struct names_options *options,
               struct memtrace_reader *reader, const char *path,
               struct symbols **symbols);

/**
 * names_tell_problems() - say on stderr why names are missing, a line a file
 *
 * To be called when names have been sought, since files are opened then.
 */
void names_tell_problems(const struct symbols *symbols);

/** names_tell_refused() - only which files were not believed. */
void names_tell_refused(const struct symbols *symbols);

#endif /* NAMES_OPTIONS_H */
