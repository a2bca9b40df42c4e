/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names_options.c - see names_options.h. */
#include "command.h"
#include "message.h"
#include "names_options.h"
#include "trace_file.h"
#include "trace_symbols.h"

static struct symbols_config config_of(const struct names_options *options,
                                       const struct memtrace_reader *reader)
{
    return (struct symbols_config){
        .sysroot = options->sysroot ? options->sysroot
                                    : memtrace_meta(reader, "guest.sysroot"),
        .debug_dirs = options->debug_dirs.strings,
        .n_debug_dirs = options->debug_dirs.n,
    };
}

int names_open(const struct names_options *options,
               struct memtrace_reader *reader, const char *path,
               struct symbols **symbols)
{
    struct symbols_config config = config_of(options, reader);
    int error = 0;

    if (!*symbols) {
        error = trace_symbols_new(reader, &config, symbols);
        if (!error && symbols_prepare(*symbols)) {
            error = MEMTRACE_ERR_NOMEM;
        }
    }
    return error ? trace_file_error(path, error) : STATUS_FINE;
}

void names_tell_problems(const struct symbols *symbols)
{
    const char *problem;

    for (size_t i = 0; (problem = symbols_problem_at(symbols, i)); i++) {
        message("%s", problem);
    }
}

void names_tell_refused(const struct symbols *symbols)
{
    const char *problem;

    for (size_t i = 0; (problem = symbols_refusal_at(symbols, i)); i++) {
        message("%s", problem);
    }
}
