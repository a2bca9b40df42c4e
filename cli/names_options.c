/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names_options.c - see names_options.h. */
#include "names_options.h"

struct symbols_config names_config(const struct names_options *options,
                                   const struct memtrace_reader *reader)
{
    return (struct symbols_config){
        .sysroot = options->sysroot ? options->sysroot
                                    : memtrace_meta(reader, "guest.sysroot"),
        .debug_dirs = options->debug_dirs.strings,
        .n_debug_dirs = options->debug_dirs.n,
    };
}
