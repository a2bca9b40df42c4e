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

/** names_config() - what they mean for a trace; points into both. */
struct symbols_config names_config(const struct names_options *options,
                                   const struct memtrace_reader *reader);

#endif /* NAMES_OPTIONS_H */
