/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.c - reads arguments by a command's table.  What a value of each type
 * may look like is in option_values.c.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "message.h"
#include "option_values.h"
#include "options.h"
#include "suggest.h"

struct parser {
    const struct command *command;
    void *settings;
    char **argv;
    int argc;
    int next; /* of argv */
};

static int unknown_long(const struct parser *parser, const char *name)
{
    struct suggest suggest = {.word = name};

    suggest_try(&suggest, "help");
    for (const struct option *option = parser->command->options;
         option && option->name; option++) {
        suggest_try(&suggest, option->name);
    }
    if (suggest.best) {
        return command_usage_error(parser->command,
                                   "unknown option --%s, did you mean --%s?",
                                   name, suggest.best);
    }
    return command_usage_error(parser->command,
                               "unknown option --%s, `memtrace %s --help` "
                               "lists them",
                               name, parser->command->name);
}

/* @value is NULL where none stands in the option's own argument. */
static int set_option(struct parser *parser, const struct option *option,
                      const char *value)
{
    char *field = (char *)parser->settings + option->field;
    const char *why = NULL;
    int result;

    if (option->type == OPTION_FLAG) {
        *(bool *)field = true;
        return OPTIONS_RUN;
    }
    if (!value) {
        if (parser->next == parser->argc) {
            return command_usage_error(
                parser->command, "option --%s needs a value", option->name);
        }
        value = parser->argv[parser->next++];
    }
    result = option_value(option, value, field, &why);
    if (result == OPTION_VALUE_NOMEM) {
        message("out of memory");
        return STATUS_FAILURE;
    }
    if (result == OPTION_VALUE_WRONG) {
        return command_usage_error(parser->command, "--%s '%s': %s",
                                   option->name, value, why);
    }
    return OPTIONS_RUN;
}

static int parse_long(struct parser *parser, const char *argument)
{
    const char *equals = strchr(argument, '=');
    size_t n_name = equals ? (size_t)(equals - argument) : strlen(argument);
    const struct option *option = parser->command->options;
    char name[64];

    while (option && option->name &&
           (strncmp(option->name, argument, n_name) != 0 ||
            option->name[n_name])) {
        option++;
    }
    if (!option || !option->name) {
        if (!strcmp(argument, "help")) {
            return OPTIONS_HELP;
        }
        n_name = n_name < sizeof(name) ? n_name : sizeof(name) - 1;
        memcpy(name, argument, n_name);
        name[n_name] = '\0';
        return unknown_long(parser, name);
    }
    if (option->type == OPTION_FLAG && equals) {
        return command_usage_error(parser->command,
                                   "option --%s takes no value", option->name);
    }
    return set_option(parser, option, equals ? equals + 1 : NULL);
}

/* One argument of letters: flags, and at its end an option with its value. */
static int parse_letters(struct parser *parser, const char *letters)
{
    while (*letters) {
        const struct option *option = parser->command->options;
        int status;

        while (option && option->name && option->letter != *letters) {
            option++;
        }
        if (!option || !option->name) {
            if (*letters == 'h') {
                return OPTIONS_HELP;
            }
            return command_usage_error(parser->command,
                                       "unknown option -%.*s, `memtrace %s "
                                       "--help` lists them",
                                       (unsigned char)*letters < 0x80 ? 1 : 4,
                                       letters, parser->command->name);
        }
        letters++;
        if (option->type != OPTION_FLAG) {
            return set_option(parser, option, *letters ? letters : NULL);
        }
        status = set_option(parser, option, NULL);
        if (status != OPTIONS_RUN) {
            return status;
        }
    }
    return OPTIONS_RUN;
}

int options_parse(const struct command *command, int argc, char **argv,
                  void *settings, int *n_operands, char **operands)
{
    struct parser parser = {command, settings, argv, argc, 0};
    bool options_ended = false;
    int n = 0;

    while (parser.next < argc) {
        char *argument = argv[parser.next++];
        int status = OPTIONS_RUN;

        if (options_ended || argument[0] != '-' || !argument[1]) {
            operands[n++] = argument;
            options_ended |= command->operand_ends_options;
        } else if (!strcmp(argument, "--")) {
            options_ended = true;
        } else if (argument[1] == '-') {
            status = parse_long(&parser, argument + 2);
        } else {
            status = parse_letters(&parser, argument + 1);
        }
        if (status != OPTIONS_RUN) {
            return status;
        }
    }
    *n_operands = n;
    if ((size_t)n > command->max_operands) {
        return command_usage_error(command, "unexpected argument '%s'",
                                   operands[command->max_operands]);
    }
    return OPTIONS_RUN;
}

void options_free(const struct option *options, void *settings)
{
    for (; options && options->name; options++) {
        char *field = (char *)settings + options->field;

        if (options->type == OPTION_STRINGS) {
            free(((struct option_strings *)field)->strings);
        } else if (options->type == OPTION_NUMBERS ||
                   options->type == OPTION_ADDRESSES ||
                   options->type == OPTION_TIMES) {
            free(((struct option_ranges *)field)->ranges);
        } else if (options->type == OPTION_THREADS) {
            free(((struct option_threads *)field)->numbers.ranges);
            free(((struct option_threads *)field)->names.strings);
        }
    }
}
