/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd_help.c - memtrace help: the same text as --help. */
#include "command.h"
#include "help.h"

static int run(void *settings, int n_operands, char **operands)
{
    const struct command *command;

    (void)settings;
    if (n_operands == 0) {
        return help_show(NULL);
    }
    command = command_find(operands[0]);
    return command ? help_show(command) : command_unknown(operands[0]);
}

const struct command command_help = {
    .name = "help",
    .summary = "show help for a command",
    .operands = "[COMMAND]",
    .max_operands = 1,
    .run = run,
};
