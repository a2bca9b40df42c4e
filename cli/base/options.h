/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.h - options from a declarative table.
 *
 * A command has one table; each entry names an option, its type and the field
 * of the command's settings that it sets.  Written as --name VALUE,
 * --name=VALUE, -n VALUE, -nVALUE; `--` ends the options.  --help is in every
 * command without being in its table.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "range.h"

struct command;

/* The type of an option, and of the field that it sets. */
enum option_type {
    OPTION_FLAG,      /* bool: set to true */
    OPTION_STRING,    /* const char * */
    OPTION_STRINGS,   /* struct option_strings: one more each time */
    OPTION_NUMBER,    /* uint64_t: decimal, or hexadecimal after 0x */
    OPTION_SIZE,      /* uint64_t, bytes: a number and K, M, G or T */
    OPTION_CHOICE,    /* int: index of the word among its choices */
    OPTION_NUMBERS,   /* struct option_ranges: 1,3,5-8 */
    OPTION_THREADS,   /* struct option_threads: the same, or names */
    OPTION_ADDRESSES, /* struct option_ranges: LO-HI (HI excluded), LO+LEN */
    OPTION_TIMES, /* struct option_ranges, ns: 1.5s-2s (2s excluded), 1ms- */
};

struct option_strings {
    size_t n;
    const char **strings;
    size_t room;
};

struct option_ranges {
    size_t n;
    struct range *ranges;
    size_t room;
};

/* What begins with a digit is numbers; else it is patterns of names. */
struct option_threads {
    struct option_ranges numbers;
    struct option_strings names;
};

/**
 * struct option - one option
 * @name: the long name without its dashes; NULL ends a table
 * @letter: the short name, or 0
 * @type: what its value is
 * @value: what the help calls the value; NULL for flags and choices
 * @help: one line
 * @field: offset of the field in the command's settings
 * @choices: the words of a choice, NULL at the end
 * @choice_at: gives them in place of @choices, where they are of a table: the
 *             Ith, or NULL behind the last
 * @min, @max: of a number or size, both allowed; @max 0 is no limit
 */
struct option {
    const char *name;
    char letter;
    enum option_type type;
    const char *value;
    const char *help;
    size_t field;
    const char *const *choices;
    const char *(*choice_at)(size_t i);
    uint64_t min;
    uint64_t max;
};

/* What options_parse() returns beside STATUS_USAGE and STATUS_FAILURE. */
#define OPTIONS_RUN (-1)  /* go on */
#define OPTIONS_HELP (-2) /* help was asked for */

/**
 * options_parse() - read a command's arguments
 * @argc, @argv: from behind the command's name
 * @settings: the command's settings, holding the defaults
 * @n_operands: set to how many operands there are
 * @operands: room for argc pointers; filled with the operands
 *
 * Says what is wrong itself.
 *
 * Return: OPTIONS_RUN, OPTIONS_HELP, STATUS_USAGE or STATUS_FAILURE.
 */
int options_parse(const struct command *command, int argc, char **argv,
                  void *settings, int *n_operands, char **operands);

/** options_free() - free what options_parse() allocated in @settings. */
void options_free(const struct option *options, void *settings);

/** options_size() - parse bytes with K, M, G, T. Return: 0, or -1. */
int options_size(const char *text, uint64_t *size_bytes);

/** options_number() - parse decimal, or 0x and hex. Return: 0, or -1. */
int options_number(const char *text, uint64_t *number);

#endif /* OPTIONS_H */
