/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_values.c - text to value, for each type of option. */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "option_values.h"
#include "suggest.h"

/*
 * Read digits of @base at *@text and move past them.  Neither sign nor space
 * is allowed, which strtoull() would take.
 */
static bool read_digits(const char **text, unsigned base, uint64_t *value)
{
    const char *at = *text;
    uint64_t sum = 0;

    for (; isxdigit((unsigned char)*at); at++) {
        unsigned digit = isdigit((unsigned char)*at)
                             ? (unsigned)(*at - '0')
                             : (unsigned)((*at | 0x20) - 'a' + 10);

        if (digit >= base) {
            break;
        }
        if (__builtin_mul_overflow(sum, (uint64_t)base, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)digit, &sum)) {
            return false;
        }
    }
    if (at == *text) {
        return false;
    }
    *text = at;
    *value = sum;
    return true;
}

static bool skip_0x(const char **text)
{
    if ((*text)[0] == '0' && ((*text)[1] | 0x20) == 'x') {
        *text += 2;
        return true;
    }
    return false;
}

/* Decimal, or hexadecimal after 0x. */
static bool read_number(const char **text, uint64_t *value)
{
    return read_digits(text, skip_0x(text) ? 16 : 10, value);
}

static bool read_size(const char **text, uint64_t *size_bytes)
{
    static const char suffixes[] = "KMGT";
    uint64_t number;

    if (!read_number(text, &number)) {
        return false;
    }
    if (**text) {
        const char *suffix = strchr(suffixes, toupper((unsigned char)**text));

        if (suffix) {
            unsigned shift = 10 * (unsigned)(suffix - suffixes + 1);

            if (number > UINT64_MAX >> shift) {
                return false;
            }
            number <<= shift;
            ++*text;
        }
    }
    *size_bytes = number;
    return true;
}

const char *option_choice(const struct option *option, size_t i)
{
    return option->choice_at ? option->choice_at(i) : option->choices[i];
}

int options_size(const char *text, uint64_t *size_bytes)
{
    return read_size(&text, size_bytes) && !*text ? 0 : -1;
}

int options_number(const char *text, uint64_t *number)
{
    return read_number(&text, number) && !*text ? 0 : -1;
}

static int check_range(const struct option *option, uint64_t value,
                       const char **why)
{
    static char text[96];

    if (value >= option->min && (!option->max || value <= option->max)) {
        return OPTION_VALUE_FINE;
    }
    if (option->max) {
        snprintf(text, sizeof(text), "must be %" PRIu64 " to %" PRIu64,
                 option->min, option->max);
    } else {
        snprintf(text, sizeof(text), "must be at least %" PRIu64, option->min);
    }
    *why = text;
    return OPTION_VALUE_WRONG;
}

static int value_number(const struct option *option, const char *text,
                        uint64_t *field, const char **why)
{
    uint64_t value;
    bool is_size = option->type == OPTION_SIZE;

    if (!(is_size ? read_size(&text, &value) : read_number(&text, &value)) ||
        *text) {
        *why = is_size ? "not a size such as 4096, 64K or 2G" : "not a number";
        return OPTION_VALUE_WRONG;
    }
    if (check_range(option, value, why)) {
        return OPTION_VALUE_WRONG;
    }
    *field = value;
    return OPTION_VALUE_FINE;
}

/* "must be A, B or C" */
static const char *must_be(const struct option *option, const char *meant)
{
    static char words[512];
    size_t used = (size_t)snprintf(words, sizeof(words), "must be ");
    const char *word;

    for (size_t i = 0;
         (word = option_choice(option, i)) && used < sizeof(words); i++) {
        const char *separator = !i                             ? ""
                                : option_choice(option, i + 1) ? ", "
                                                               : " or ";

        used += (size_t)snprintf(words + used, sizeof(words) - used, "%s%s",
                                 separator, word);
    }
    if (meant && used < sizeof(words)) {
        snprintf(words + used, sizeof(words) - used, ", did you mean %s?",
                 meant);
    }
    return words;
}

static int value_choice(const struct option *option, const char *text,
                        int *field, const char **why)
{
    struct suggest suggest = {.word = text};
    const char *word;

    for (size_t i = 0; (word = option_choice(option, i)); i++) {
        if (!strcmp(word, text)) {
            *field = (int)i;
            return OPTION_VALUE_FINE;
        }
        suggest_try(&suggest, word);
    }
    *why = must_be(option, suggest.best);
    return OPTION_VALUE_WRONG;
}

static int value_string_added(const char *text, struct option_strings *field)
{
    const char **string = array_add(field->strings, field->n, field->room);

    if (!string) {
        return OPTION_VALUE_NOMEM;
    }
    *string = text;
    return OPTION_VALUE_FINE;
}

/* N or N-M */
static bool read_number_range(const char **text, struct range *range,
                              const char **why)
{
    *why = "not numbers such as 3 or 1,4-6";
    if (!read_number(text, &range->first)) {
        return false;
    }
    range->last = range->first;
    if (**text == '-') {
        ++*text;
        if (!read_number(text, &range->last)) {
            return false;
        }
        *why = "the range ends before it starts";
    }
    return range->last >= range->first;
}

/* ADDRESS, LO-HI without HI as in /proc/PID/maps, or LO+LEN */
static bool read_address_range(const char **text, struct range *range,
                               const char **why)
{
    uint64_t size_bytes = 1;

    *why = "not addresses such as 0x4000, 0x4000-0x5000 or 0x4000+64";
    skip_0x(text);
    if (!read_digits(text, 16, &range->first)) {
        return false;
    }
    if (**text == '-') {
        uint64_t end;

        ++*text;
        skip_0x(text);
        if (!read_digits(text, 16, &end)) {
            return false;
        }
        *why = "the range ends before it starts";
        range->last = end - 1;
        return end > range->first;
    }
    if (**text == '+') {
        ++*text;
        if (!read_size(text, &size_bytes)) {
            return false;
        }
    }
    *why = "the range is empty or longer than memory";
    if (!size_bytes) {
        return false;
    }
    return !__builtin_add_overflow(range->first, size_bytes - 1, &range->last);
}

/* Decimal, with a fraction perhaps, in s, ms, us or ns; s where none is said */
static bool read_time(const char **text, uint64_t *time_ns)
{
    static const struct {
        const char *name;
        unsigned digits; /* of nanoseconds in one */
    } units[] = {{"ms", 6}, {"us", 3}, {"ns", 0}, {"s", 9}, {"", 9}};
    uint64_t whole, fraction = 0;
    unsigned n_digits = 0, unit = 0;

    if (!read_digits(text, 10, &whole)) {
        return false;
    }
    if (**text == '.') {
        for (++*text; isdigit((unsigned char)**text); ++*text) {
            if (n_digits < 9) {
                fraction = fraction * 10 + (uint64_t)(**text - '0');
                n_digits++;
            }
        }
    }
    while (strncmp(*text, units[unit].name, strlen(units[unit].name)) != 0) {
        unit++;
    }
    *text += strlen(units[unit].name);
    for (; n_digits > units[unit].digits; n_digits--) {
        fraction /= 10;
    }
    for (unsigned i = 0; i < units[unit].digits; i++) {
        if (__builtin_mul_overflow(whole, (uint64_t)10, &whole)) {
            return false;
        }
        fraction *= i < n_digits ? 1 : 10;
    }
    return !__builtin_add_overflow(whole, fraction, time_ns);
}

/* FROM-TO without TO, FROM- or -TO */
static bool read_time_range(const char **text, struct range *range,
                            const char **why)
{
    uint64_t end;

    *why = "not times such as 1.5s-2s, 10ms- or -300us";
    *range = (struct range){0, UINT64_MAX};
    if (**text != '-' && !read_time(text, &range->first)) {
        return false;
    }
    if (**text != '-') {
        return false;
    }
    ++*text;
    if (!**text || **text == ',') {
        return true;
    }
    if (!read_time(text, &end)) {
        return false;
    }
    *why = "the range ends before it starts";
    range->last = end - 1;
    return end > range->first;
}

static bool read_range(enum option_type type, const char **text,
                       struct range *range, const char **why)
{
    switch (type) {
    case OPTION_NUMBERS:
        return read_number_range(text, range, why);
    case OPTION_TIMES:
        return read_time_range(text, range, why);
    default:
        return read_address_range(text, range, why);
    }
}

static int value_ranges(const struct option *option, const char *text,
                        struct option_ranges *field, const char **why)
{
    for (;;) {
        if (array_reserve(field->ranges, field->room, field->n + 1) < 0) {
            return OPTION_VALUE_NOMEM;
        }
        if (!read_range(option->type, &text, &field->ranges[field->n], why)) {
            return OPTION_VALUE_WRONG;
        }
        field->n++;
        if (!*text) {
            return OPTION_VALUE_FINE;
        }
        if (*text++ != ',') {
            *why = "ranges are separated by commas";
            return OPTION_VALUE_WRONG;
        }
    }
}

static int value_threads(const char *text, struct option_threads *field,
                         const char **why)
{
    static const struct option numbers = {.type = OPTION_NUMBERS};

    return *text >= '0' && *text <= '9'
               ? value_ranges(&numbers, text, &field->numbers, why)
               : value_string_added(text, &field->names);
}

int option_value(const struct option *option, const char *text, void *field,
                 const char **why)
{
    switch (option->type) {
    case OPTION_STRING:
        *(const char **)field = text;
        return OPTION_VALUE_FINE;
    case OPTION_STRINGS:
        return value_string_added(text, field);
    case OPTION_NUMBER:
    case OPTION_SIZE:
        return value_number(option, text, field, why);
    case OPTION_CHOICE:
        return value_choice(option, text, field, why);
    case OPTION_NUMBERS:
    case OPTION_ADDRESSES:
    case OPTION_TIMES:
        return value_ranges(option, text, field, why);
    case OPTION_THREADS:
        return value_threads(text, field, why);
    case OPTION_FLAG:
        break;
    }
    *why = "takes no value";
    return OPTION_VALUE_WRONG;
}
