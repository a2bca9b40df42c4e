/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suppressions.c - see suppressions.h. */
#include "suppressions.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "output.h"
#include "race_report.h"
#include "symbols.h"

#define MOST_BYTES (16u << 20)
#define BLANKS " \t\r"

static const char *const keys[SUPPRESSION_KEYS] = {
    [SUPPRESSION_FUNCTION] = "function", [SUPPRESSION_FILE] = "file",
    [SUPPRESSION_MODULE] = "module",     [SUPPRESSION_PLACE] = "place",
    [SUPPRESSION_VARIABLE] = "variable",
};

/* A word of a line. Return: NULL, or what is wrong. */
static const char *parse_word(struct suppression *s, char *word)
{
    char *colon = strchr(word, ':');

    if (!colon || !colon[1]) {
        return "expected function:, file:, module:, place: or variable: and a "
               "pattern";
    }
    *colon = '\0';
    for (size_t key = 0; key < SUPPRESSION_KEYS; key++) {
        if (strcmp(word, keys[key]) != 0) {
            continue;
        }
        if (!s->patterns[key][0]) {
            s->patterns[key][0] = colon + 1;
            return NULL;
        }
        if (key == SUPPRESSION_VARIABLE || s->patterns[key][1]) {
            return "more patterns of one kind than a race has places";
        }
        s->patterns[key][1] = colon + 1;
        return NULL;
    }
    return "what is before the colon is none of function, file, module, place "
           "and variable";
}

static const char *parse_line(struct suppressions *list, char *line,
                              unsigned number)
{
    struct suppression s = {.line = number};
    bool is_empty = true;
    char *word;

    line[strcspn(line, "#")] = '\0';
    while ((word = strsep(&line, BLANKS))) {
        const char *why = *word ? parse_word(&s, word) : NULL;

        if (why) {
            return why;
        }
        is_empty &= !*word;
    }
    if (!is_empty) {
        list->list[list->n++] = s;
    }
    return NULL;
}

const char *suppressions_parse(struct suppressions *list, const char *text,
                               size_t size, unsigned *line)
{
    size_t n_lines = 1;
    char *rest, *one;
    unsigned number = 0;

    for (size_t i = 0; i < size; i++) {
        n_lines += text[i] == '\n';
    }
    list->text = malloc(size + 1);
    list->list = calloc(n_lines, sizeof(*list->list));
    *line = 1;
    if (!list->text || !list->list) {
        return "out of memory";
    }
    if (size) {
        memcpy(list->text, text, size);
    }
    list->text[size] = '\0';
    if (strlen(list->text) < size) {
        return "a byte is 0: this is no text";
    }
    rest = list->text;
    while ((one = strsep(&rest, "\n"))) {
        const char *why = parse_line(list, one, ++number);

        if (why) {
            *line = number;
            return why;
        }
    }
    return NULL;
}

int suppressions_read(struct suppressions *list, const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = malloc(MOST_BYTES);
    const char *why = "out of memory";
    unsigned line = 0;
    size_t size;

    if (!file) {
        message("%s: %s", path, strerror(errno));
        free(text);
        return -1;
    }
    if (text) {
        size = fread(text, 1, MOST_BYTES, file);
        if (ferror(file)) {
            why = strerror(errno);
        } else if (size == MOST_BYTES) {
            why = "too large for a list of suppressions";
        } else {
            why = suppressions_parse(list, text, size, &line);
        }
    }
    fclose(file);
    free(text);
    if (why && line) {
        message("%s:%u: %s", path, line, why);
    } else if (why) {
        message("%s: %s", path, why);
    }
    return why ? -1 : 0;
}

static bool fits(const char *pattern, const char *text)
{
    return !pattern || (text && !fnmatch(pattern, text, 0));
}

/* A file is named by its path or by what is behind the last slash. */
static bool fits_path(const char *pattern, const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return fits(pattern, path) || (slash && fits(pattern, slash + 1));
}

/*
 * A place without the help of names. Return: to be freed; NULL for the kernel's
 * places, and where memory is short.
 */
static char *place_text(const struct race_code_place *place)
{
    char *text = NULL;
    int n = -1;

    if (place->call) {
        return NULL;
    }
    if (place->module) {
        n = asprintf(&text, "%s+0x%" PRIx64, symbols_last_part(place->module),
                     place->module_offset);
    } else {
        n = asprintf(&text, "0x%016" PRIx64, place->pc);
    }
    return n < 0 ? NULL : text;
}

static bool fits_place(const char *pattern, const struct race_code_place *place)
{
    char *text = pattern ? place_text(place) : NULL;
    bool is_fit = fits(pattern, text);

    free(text);
    return is_fit;
}

static bool fits_side(size_t key, const char *pattern,
                      const struct race_code_place *place)
{
    switch (key) {
    case SUPPRESSION_PLACE:
        return fits_place(pattern, place);
    case SUPPRESSION_FUNCTION:
        return fits(pattern, place->call ? place->call : place->function);
    case SUPPRESSION_FILE:
        return fits_path(pattern, place->source);
    default:
        return fits_path(pattern, place->module);
    }
}

/* One pattern holds for either side, two for both in some order. */
static bool fits_sides(size_t key, const char *const patterns[2],
                       const struct race_code_place places[2])
{
    return (fits_side(key, patterns[0], &places[0]) &&
            fits_side(key, patterns[1], &places[1])) ||
           (fits_side(key, patterns[0], &places[1]) &&
            fits_side(key, patterns[1], &places[0]));
}

static bool holds(const struct suppression *s, const struct race_item *item)
{
    for (size_t key = 0; key < SUPPRESSION_KEYS; key++) {
        bool is_fit =
            key == SUPPRESSION_VARIABLE
                ? fits(s->patterns[key][0], item->memory.data.variable)
                : fits_sides(key, s->patterns[key], item->places);

        if (s->patterns[key][0] && !is_fit) {
            return false;
        }
    }
    return true;
}

struct suppression *suppressions_find(struct suppressions *list,
                                      const struct race_item *item)
{
    for (size_t i = 0; i < list->n; i++) {
        if (holds(&list->list[i], item)) {
            list->list[i].n_used++;
            return &list->list[i];
        }
    }
    return NULL;
}

/*
 * A name as a pattern that fits it alone, or nearly. Where it is empty nothing
 * can be said of it.
 */
static void put_word(FILE *line, size_t key, const char *name)
{
    if (!name || !*name) {
        return;
    }
    fprintf(line, "%s:", keys[key]);
    for (const char *p = name; *p; p++) {
        /* What patterns, lines and terminals have another use for. */
        bool is_plain = *p > ' ' && *p < 0x7f && !strchr("*?[]\\#", *p);

        fputc(is_plain ? *p : '?', line);
    }
    fputc(' ', line);
}

/* Return: 0, or -1 where memory is short. */
static int put_place(FILE *line, const struct race_code_place *place)
{
    const char *name = place->call ? place->call : place->function;
    char *text;
    bool is_short;

    if (name && *name) {
        put_word(line, SUPPRESSION_FUNCTION, name);
        return 0;
    }
    text = place_text(place);
    put_word(line, SUPPRESSION_PLACE, text);
    is_short = !text && !place->call;
    free(text);
    return is_short ? -1 : 0;
}

char *suppressions_line(const struct race_item *item)
{
    char *text = NULL;
    size_t size;
    FILE *line = open_memstream(&text, &size);
    bool is_whole;

    if (!line) {
        return NULL;
    }
    is_whole = !put_place(line, &item->places[0]) &&
               !put_place(line, &item->places[1]);
    put_word(line, SUPPRESSION_VARIABLE, item->memory.data.variable);
    is_whole &= !ferror(line);
    if (fclose(line) || !is_whole) {
        free(text);
        return NULL;
    }
    return text;
}

int suppressions_write(struct output *output, const struct race_item *item)
{
    char *line = suppressions_line(item);

    if (!line) {
        message("out of memory");
        return -1;
    }
    output_string(output, line);
    free(line);
    output_printf(output, "# seen %llu time%s\n",
                  (unsigned long long)item->count, item->count == 1 ? "" : "s");
    return 0;
}

void suppressions_free(struct suppressions *list)
{
    free(list->list);
    free(list->text);
    *list = (struct suppressions){.n = 0};
}
