/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suppressions.c - see suppressions.h. */
#include "suppressions.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code_rules.h"
#include "message.h"
#include "output.h"
#include "race_report.h"
#include "symbols.h"

#define MOST_BYTES (16u << 20)

int suppressions_read(struct code_rules *rules, const char *path)
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
            why = code_rules_parse(rules, text, size, path, &line);
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

static bool fits_place(const struct code_pattern *pattern,
                       const struct race_code_place *place)
{
    char *text = place_text(place);
    bool is_fit = code_pattern_fits(pattern, text);

    free(text);
    return is_fit;
}

static bool fits_side(const struct code_pattern *pattern,
                      const struct race_code_place *place)
{
    if (!pattern) {
        return true;
    }
    switch (pattern->key) {
    case CODE_KEY_PLACE:
        return fits_place(pattern, place);
    case CODE_KEY_FUNCTION:
        return code_pattern_fits(pattern,
                                 place->call ? place->call : place->function);
    case CODE_KEY_FILE:
        return code_pattern_fits_path(pattern, place->source);
    default:
        return code_pattern_fits_path(pattern, place->module);
    }
}

/* One pattern holds for either side, two for both in some order. */
static bool fits_sides(const struct code_pattern *const patterns[2],
                       const struct race_code_place places[2])
{
    return (fits_side(patterns[0], &places[0]) &&
            fits_side(patterns[1], &places[1])) ||
           (fits_side(patterns[0], &places[1]) &&
            fits_side(patterns[1], &places[0]));
}

static bool holds(const struct code_rules *rules, const struct code_rule *rule,
                  const struct race_item *item)
{
    const struct code_pattern *sides[CODE_KEYS][2] = {{NULL}};

    for (size_t i = 0; i < rule->n; i++) {
        const struct code_pattern *p = &rules->patterns[rule->first + i];

        if (p->key != CODE_KEY_VARIABLE) {
            sides[p->key][sides[p->key][0] ? 1 : 0] = p;
        } else if (!code_pattern_fits(p, item->memory.data.variable)) {
            return false;
        }
    }
    for (size_t key = 0; key < CODE_KEYS; key++) {
        if (sides[key][0] && !fits_sides(sides[key], item->places)) {
            return false;
        }
    }
    return true;
}

struct code_rule *suppressions_find(struct code_rules *rules,
                                    const struct race_item *item)
{
    for (size_t i = 0; i < rules->n; i++) {
        struct code_rule *rule = &rules->list[i];

        if (rule->class == CODE_CLASSES && holds(rules, rule, item)) {
            rule->n_used++;
            return rule;
        }
    }
    return NULL;
}

/*
 * A name as a pattern that fits it alone, or nearly. Where it is empty nothing
 * can be said of it.
 */
static void put_word(FILE *line, enum code_key key, const char *name)
{
    if (!name || !*name) {
        return;
    }
    fprintf(line, "%s:", code_key_name(key));
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
        put_word(line, CODE_KEY_FUNCTION, name);
        return 0;
    }
    text = place_text(place);
    put_word(line, CODE_KEY_PLACE, text);
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
    put_word(line, CODE_KEY_VARIABLE, item->memory.data.variable);
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
