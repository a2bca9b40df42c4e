/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * help.c - the help texts, made from the table of commands and their tables of
 * options, so that they cannot say anything else than what is parsed.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "help.h"
#include "message.h"
#include "option_values.h"
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

/* `-o, --output FILE`. Return: in how many columns. */
static size_t put_name(FILE *file, const struct option *option)
{
    int n = option->letter ? fprintf(file, "  -%c, ", option->letter)
                           : fprintf(file, "      ");

    n += fprintf(file, "--%s", option->name);
    if (option->value) {
        n += fprintf(file, " %s", option->value);
    }
    return (size_t)n;
}

/*
 * `--kind read|write`, in as many lines as it needs. Return: the column, after
 * several lines the last one of all.
 */
static size_t put_choices(FILE *file, const struct option *option,
                          size_t column)
{
    size_t start = column + 1;
    bool is_wrapped = false;
    const char *word;

    for (size_t i = 0; (word = option_choice(option, i)); i++) {
        size_t n = strlen(word) + (option_choice(option, i + 1) != NULL);

        if (i && column + n > HELP_COLUMNS) {
            fprintf(file, "\n%*s", (int)start, "");
            column = start;
            is_wrapped = true;
        } else if (!i) {
            fputc(' ', file);
            column++;
        }
        fprintf(file, "%s%s", word, option_choice(option, i + 1) ? "|" : "");
        column += n;
    }
    return is_wrapped ? HELP_COLUMNS : column;
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
    size_t column = put_name(file, option);

    if (option->type == OPTION_CHOICE) {
        column = put_choices(file, option, column);
    }
    if (column + 1 < OPTION_COLUMN) {
        fprintf(file, "%*s", (int)(OPTION_COLUMN - column), "");
    } else {
        fprintf(file, "\n%*s", OPTION_COLUMN, "");
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
