/* SPDX-License-Identifier: GPL-2.0-or-later */
/* commands.c - the one table of commands. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "message.h"
#include "suggest.h"

/* One line a command. */
/* clang-format off */
const struct command *const commands[] = {
    &command_record,
    &command_info,
    &command_dump,
    &command_report,
    &command_races,
    &command_help,
    &command_recorder,
    NULL,
};
/* clang-format on */

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i]; i++) {
        if (!strcmp(commands[i]->name, name)) {
            return commands[i];
        }
    }
    return NULL;
}

int command_unknown(const char *name)
{
    struct suggest suggest = {.word = name};

    for (size_t i = 0; commands[i]; i++) {
        if (!commands[i]->is_hidden) {
            suggest_try(&suggest, commands[i]->name);
        }
    }
    if (suggest.best) {
        message("unknown command '%s', did you mean '%s'?", name, suggest.best);
    } else {
        message("unknown command '%s', `memtrace --help` lists them", name);
    }
    return STATUS_USAGE;
}

int command_usage_error(const struct command *command, const char *format, ...)
{
    char prefix[64];
    va_list args;

    snprintf(prefix, sizeof(prefix), "%s: ", command->name);
    va_start(args, format);
    message_list(prefix, format, args);
    va_end(args);
    return STATUS_USAGE;
}
