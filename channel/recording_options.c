/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recording_options.c - the rows of recording_options.h as data, and their
 * values as text: how the programs of a recording tell them to one another.
 */
#include "recording_options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const recording_regions_words[] = {"rw", "all", NULL};
const char *const recording_overflow_words[] = {"wait", "drop", NULL};
const char *const recording_clock_words[] = {"auto", "processor", "counter",
                                             NULL};

#define AS_OPTION(type_, member_, name_, words_, value_, least_, most_,        \
                  fallback_, note_, help_)                                     \
    {.name = (name_),                                                          \
     .words = (words_),                                                        \
     .value = (value_),                                                        \
     .type = RECORDING_TYPE_##type_,                                           \
     .note = (note_),                                                          \
     .field = offsetof(struct recording_options, member_),                     \
     .least = (least_),                                                        \
     .most = (most_)},

/* clang-format off */
const struct recording_option recording_options[] = {
    RECORDING_OPTIONS(AS_OPTION)
    RECORDING_OPTIONS_BY_HAND(AS_OPTION)
    {.name = NULL},
};
/* clang-format on */

#define AS_FILTER(type_, member_, name_, letter_, value_, by_hand_, least_,    \
                  most_, is_marked_, help_)                                    \
    {.name = (name_), .by_hand = (by_hand_), .is_marked = (is_marked_)},

/* clang-format off */
const struct recording_filter recording_filters[] = {
    RECORDING_FILTERS(AS_FILTER)
    {.name = NULL},
};
/* clang-format on */

#define AS_ARGUMENT(type_, member_, name_, value_, help_)                      \
    {.name = (name_),                                                          \
     .type = RECORDING_TYPE_##type_,                                           \
     .field = offsetof(struct recording_start, member_)},

/* clang-format off */
const struct recording_argument recording_arguments[] = {
    RECORDING_START(AS_ARGUMENT)
    {.name = NULL},
};
/* clang-format on */

static const struct recording_options fallbacks = RECORDING_DEFAULTS;

int recording_flag(const char *text, bool *flag)
{
    static const char *const words[] = {"off", "on", "no",    "yes",
                                        "n",   "y",  "false", "true"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(text, words[i]) == 0) {
            *flag = i % 2 == 1;
            return 0;
        }
    }
    return -1;
}

static int set_choice(const struct recording_option *option, int *choice,
                      const char *text)
{
    for (int i = 0; option->words[i] != NULL; i++) {
        if (strcmp(option->words[i], text) == 0) {
            *choice = i;
            return 0;
        }
    }
    return -1;
}

int recording_number(const char *text, uint64_t least, uint64_t most,
                     uint64_t *number)
{
    uint64_t value;
    char *end;

    if (*text < '0' || *text > '9') {
        return -1;
    }
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < least || value > most) {
        return -1;
    }
    *number = value;
    return 0;
}

/* A number and K, M, G or nothing. */
static int set_size(const struct recording_option *option, uint64_t *size,
                    const char *text)
{
    static const struct {
        char letters[3];
        int shift;
    } units[] = {{"Kk", 10}, {"Mm", 20}, {"Gg", 30}};
    size_t n = strlen(text);
    char digits[24];
    uint64_t number;
    int shift = 0;

    for (size_t i = 0; n > 0 && i < sizeof(units) / sizeof(units[0]); i++) {
        if (strchr(units[i].letters, text[n - 1]) != NULL) {
            shift = units[i].shift;
        }
    }
    n -= shift > 0;
    if (n >= sizeof(digits)) {
        return -1;
    }
    memcpy(digits, text, n);
    digits[n] = '\0';
    if (recording_number(digits, 0, UINT64_MAX >> shift, &number) != 0 ||
        number << shift < option->least || number << shift > option->most) {
        return -1;
    }
    *size = number << shift;
    return 0;
}

int recording_option_set(const struct recording_option *option,
                         struct recording_options *options, const char *text)
{
    void *field = (char *)options + option->field;

    switch (option->type) {
    case RECORDING_TYPE_FLAG:
        return recording_flag(text, field);
    case RECORDING_TYPE_CHOICE:
        return set_choice(option, field, text);
    case RECORDING_TYPE_NUMBER:
        return recording_number(text, option->least, option->most, field);
    case RECORDING_TYPE_SIZE:
        return set_size(option, field, text);
    case RECORDING_TYPE_STRING:
        break; /* of struct recording_start alone */
    }
    return -1;
}

bool recording_option_text(const struct recording_option *option,
                           const struct recording_options *options,
                           char text[RECORDING_TEXT_MAX])
{
    const void *field = (const char *)options + option->field;
    const void *fallback = (const char *)&fallbacks + option->field;

    switch (option->type) {
    case RECORDING_TYPE_FLAG:
        snprintf(text, RECORDING_TEXT_MAX, "%s",
                 *(const bool *)field ? "on" : "off");
        return *(const bool *)field != *(const bool *)fallback;
    case RECORDING_TYPE_CHOICE:
        snprintf(text, RECORDING_TEXT_MAX, "%s",
                 option->words[*(const int *)field]);
        return *(const int *)field != *(const int *)fallback;
    case RECORDING_TYPE_NUMBER:
    case RECORDING_TYPE_SIZE:
        snprintf(text, RECORDING_TEXT_MAX, "%" PRIu64,
                 *(const uint64_t *)field);
        return *(const uint64_t *)field != *(const uint64_t *)fallback;
    case RECORDING_TYPE_STRING:
        break;
    }
    *text = '\0';
    return false;
}

/* 256K; limits are whole numbers of their largest unit. */
static int put_limit(const struct recording_option *option, uint64_t limit,
                     char *text, size_t size)
{
    static const char *const units[] = {"", "K", "M", "G"};
    size_t unit = 0;

    while (option->type == RECORDING_TYPE_SIZE && limit > 0 &&
           limit % 1024 == 0 && unit < 3) {
        limit /= 1024;
        unit++;
    }
    return snprintf(text, size, "%" PRIu64 "%s", limit, units[unit]);
}

const char *recording_option_values(const struct recording_option *option,
                                    char text[RECORDING_TEXT_MAX])
{
    size_t size = RECORDING_TEXT_MAX, n = 0;

    if (option->type == RECORDING_TYPE_FLAG) {
        snprintf(text, size, "on|off");
        return text;
    }
    for (size_t i = 0; option->words != NULL && option->words[i] != NULL; i++) {
        n += snprintf(text + n, size - n, "%s%s", i > 0 ? "|" : "",
                      option->words[i]);
    }
    if (option->words == NULL) {
        n += snprintf(text, size, "%s (", option->value);
        n += put_limit(option, option->least, text + n, size - n);
        n += snprintf(text + n, size - n, " to ");
        n += put_limit(option, option->most, text + n, size - n);
        snprintf(text + n, size - n, ")");
    }
    return text;
}

const char *recording_argument_text(const struct recording_argument *argument,
                                    const struct recording_start *start,
                                    char room[RECORDING_TEXT_MAX])
{
    const void *field = (const char *)start + argument->field;

    if (argument->type == RECORDING_TYPE_STRING) {
        return *(const char *const *)field;
    }
    snprintf(room, RECORDING_TEXT_MAX, "%" PRIu64, *(const uint64_t *)field);
    return room;
}

struct channel_config recording_channel(const struct recording_options *options)
{
    return (struct channel_config){
        .buffer_bytes = options->buffer_bytes,
        .stamp_interval = options->stamp,
        .n_dense = options->dense,
        .overflow = options->overflow,
        .clock = options->clock,
    };
}
