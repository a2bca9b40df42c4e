/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * help.c - the help texts, made from the table of commands and their tables of
 * options, so that they cannot say anything else than what is parsed.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "help.h"
#include "message.h"
#include "output.h"

#define OPTION_COLUMN 24 /* where the help of an option begins */
#define HELP_COLUMNS 80

static void overview(FILE *file)
{
    fputs("Usage: memtrace COMMAND [OPTIONS]\n"
          "\n"
          "Record the memory accesses of a program under QEMU and read them "
          "back.\n"
          "\n"
          "Commands:\n",
          file);
    for (size_t i = 0; commands[i]; i++) {
        if (!commands[i]->is_hidden) {
            fprintf(file, "  %-10s %s\n", commands[i]->name,
                    commands[i]->summary);
        }
    }
    fputs("\n"
          "Options:\n"
          "  -h, --help            show this help\n"
          "  -V, --version         show the version\n"
          "\n"
          "`memtrace COMMAND --help` tells about a command.\n",
          file);
}

/* `-o, --output FILE`, `    --kind read|write`, as it is typed. */
static void option_synopsis(const struct option *option, char *text,
                            size_t size)
{
    size_t used;

    used = (size_t)snprintf(text, size, option->letter ? "-%c, " : "    ",
                            option->letter);
    used += (size_t)snprintf(text + used, size - used, "--%s", option->name);
    if (option->type == OPTION_CHOICE) {
        for (size_t i = 0; option->choices[i] && used < size; i++) {
            used += (size_t)snprintf(text + used, size - used, "%c%s",
                                     i ? '|' : ' ', option->choices[i]);
        }
    } else if (option->value && used < size) {
        snprintf(text + used, size - used, " %s", option->value);
    }
}

/* Words from the column of the help on, in as many lines as they need. */
static void put_wrapped(FILE *file, const char *text)
{
    size_t column = OPTION_COLUMN;

    while (*text) {
        size_t n = strcspn(text, " ");

        if (column > OPTION_COLUMN && column + 1 + n > HELP_COLUMNS) {
            fprintf(file, "\n%*s", OPTION_COLUMN, "");
            column = OPTION_COLUMN;
        } else if (column > OPTION_COLUMN) {
            fputc(' ', file);
            column++;
        }
        fprintf(file, "%.*s", (int)n, text);
        column += n;
        text += n + strspn(text + n, " ");
    }
    fputc('\n', file);
}

static void option_line(FILE *file, const struct option *option)
{
    char text[160];

    option_synopsis(option, text, sizeof(text));
    if (strlen(text) + 3 < OPTION_COLUMN) {
        fprintf(file, "  %-*s", OPTION_COLUMN - 2, text);
    } else {
        fprintf(file, "  %s\n%*s", text, OPTION_COLUMN, "");
    }
    put_wrapped(file, option->help);
}

static void details(FILE *file, const struct command *command)
{
    static const struct option help_option = {
        .name = "help", .letter = 'h', .help = "show this help"};

    fprintf(file, "Usage: memtrace %s [OPTIONS]%s%s\n\n", command->name,
            *command->operands ? " " : "", command->operands);
    if (command->description) {
        fprintf(file, "%s\n", command->description);
    } else {
        fprintf(file, "%c%s.\n", toupper((unsigned char)*command->summary),
                command->summary + 1);
    }
    fputs("\nOptions:\n", file);
    for (const struct option *option = command->options; option && option->name;
         option++) {
        option_line(file, option);
    }
    option_line(file, &help_option);
}

/* Help goes to memory first: the checked output and stderr both take it. */
static char *help_text(const struct command *command)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    if (!file) {
        return NULL;
    }
    if (command) {
        details(file, command);
    } else {
        overview(file);
    }
    if (fclose(file)) {
        free(text);
        return NULL;
    }
    return text;
}

int help_show(const struct command *command)
{
    struct output *output = output_open();
    char *text;

    if (!output) {
        return STATUS_FAILURE;
    }
    text = help_text(command);
    if (!text) {
        message("out of memory");
        output_close(output);
        return STATUS_FAILURE;
    }
    output_string(output, text);
    free(text);
    return output_close(output);
}

int help_complain(void)
{
    char *text = help_text(NULL);

    if (text) {
        fputs(text, stderr);
    }
    free(text);
    return STATUS_USAGE;
}
