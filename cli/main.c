/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - finds the command, reads its options by its table, runs it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "help.h"
#include "message.h"
#include "output.h"
#include "suggest.h"

static int show_version(void)
{
    struct output *output = output_open();

    if (!output) {
        return STATUS_FAILURE;
    }
    output_string(output, "memtrace " MEMTRACE_VERSION "\n");
    return output_close(output);
}

static int command_start(const struct command *command, int argc, char **argv)
{
    size_t settings_bytes = command->settings_bytes;
    void *settings = calloc(1, settings_bytes ? settings_bytes : 1);
    char **operands = calloc((size_t)argc + 1, sizeof(*operands));
    int n_operands = 0;
    int status = STATUS_FAILURE;

    if (!settings || !operands) {
        message("out of memory");
        goto out;
    }
    if (command->defaults) {
        memcpy(settings, command->defaults, settings_bytes);
    }
    status =
        options_parse(command, argc, argv, settings, &n_operands, operands);
    if (status == OPTIONS_RUN) {
        status = command->run(settings, n_operands, operands);
    } else if (status == OPTIONS_HELP) {
        status = help_show(command);
    }
    options_free(command->options, settings);
out:
    free(operands);
    free(settings);
    return status;
}

static int unknown_option(const char *argument)
{
    struct suggest suggest = {.word = argument};

    suggest_try(&suggest, "--help");
    suggest_try(&suggest, "--version");
    if (suggest.best) {
        message("unknown option %s, did you mean %s?", argument, suggest.best);
    } else {
        message("unknown option %s before the command", argument);
    }
    return STATUS_USAGE;
}

/*
 * Where one of the standard descriptors is closed, none of our files may get
 * its number.  What is written there fails still; a program that is started
 * finds it closed.
 */
static void hold_standard_descriptors(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    } while (fd >= 0 && fd <= 2);
    if (fd > 2) {
        close(fd);
    }
}

int main(int argc, char **argv)
{
    const struct command *command;

    hold_standard_descriptors();
    if (argc < 2) {
        return help_complain();
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
        return help_show(NULL);
    }
    if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
        return show_version();
    }
    if (argv[1][0] == '-') {
        return unknown_option(argv[1]);
    }
    command = command_find(argv[1]);
    if (!command) {
        return command_unknown(argv[1]);
    }
    return command_start(command, argc - 2, argv + 2);
}
