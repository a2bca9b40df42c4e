/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_options.c - command lines: of each command, and of the plugin.  The
 * first byte chooses, the rest is the arguments, one a line.
 */
#include "command.h"
#include "fuzz.h"
#include "options.h"
#include "plugin_options.h"

#define MOST_ARGUMENTS 64

static size_t n_commands(void)
{
    size_t n = 0;

    while (commands[n] != NULL) {
        n++;
    }
    return n;
}

static void parse(const struct command *command, int argc, char **argv)
{
    char *operands[MOST_ARGUMENTS];
    void *settings = calloc(1, command->settings_bytes + 1);
    int n_operands = 0;

    MUST(settings != NULL);
    if (command->defaults != NULL) {
        memcpy(settings, command->defaults, command->settings_bytes);
    }
    if (options_parse(command, argc, argv, settings, &n_operands, operands) ==
        OPTIONS_RUN) {
        MUST(n_operands >= 0 && n_operands <= argc);
    }
    if (command->options != NULL) {
        options_free(command->options, settings);
    }
    free(settings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plugin_options plugin;
    char *argv[MOST_ARGUMENTS];
    char *text, *rest;
    int argc = 0;
    size_t which;

    if (size < 1) {
        return 0;
    }
    rest = text = malloc(size);
    MUST(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    while (rest != NULL && argc < MOST_ARGUMENTS) {
        argv[argc++] = strsep(&rest, "\n");
    }
    which = data[0] % (n_commands() + 1);
    if (which == n_commands()) {
        plugin_options_parse(&plugin, argc, argv);
    } else {
        parse(commands[which], argc, argv);
    }
    free(text);
    return 0;
}
