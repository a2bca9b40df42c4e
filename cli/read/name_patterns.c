/* SPDX-License-Identifier: GPL-2.0-or-later */
/* name_patterns.c - see name_patterns.h. */
#include "name_patterns.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "message.h"
#include "symbols.h"

#define NAME_MAX_BYTES 1024 /* of longer names parameters stay */

static int add(struct name_patterns *patterns, const char *text, size_t size)
{
    struct name_pattern *pattern;
    bool is_excluding = size > 0 && text[0] == '!';

    if (array_reserve(patterns->list, patterns->room, patterns->n + 1) < 0) {
        message("out of memory");
        return -1;
    }
    if (size == is_excluding) {
        message("--%s: a name is empty", patterns->option);
        return -1;
    }
    pattern = &patterns->list[patterns->n];
    *pattern = (struct name_pattern){
        .glob = strndup(text + is_excluding, size - is_excluding),
        .is_excluding = is_excluding,
    };
    if (pattern->glob == NULL) {
        message("out of memory");
        return -1;
    }
    pattern->suggest.word = pattern->glob;
    patterns->n++;
    patterns->is_including |= !is_excluding;
    return 0;
}

/* Up to the comma that ends the pattern, or to the end. */
static size_t length_of(const char *text)
{
    int depth = 0;
    size_t n = 0;

    for (; text[n] != '\0' && (text[n] != ',' || depth > 0); n++) {
        depth += strchr("(<[{", text[n]) != NULL;
        depth -= strchr(")>]}", text[n]) != NULL && depth > 0;
    }
    return n;
}

int name_patterns_read(struct name_patterns *patterns, const char *option,
                       const struct option_strings *strings)
{
    patterns->option = option;
    for (size_t i = 0; i < strings->n; i++) {
        const char *text = strings->strings[i];
        size_t n = length_of(text);

        while (add(patterns, text, n) == 0 && text[n] == ',') {
            text += n + 1;
            n = length_of(text);
        }
        if (text[n] != '\0' || patterns->n == 0 ||
            patterns->list[patterns->n - 1].glob == NULL) {
            return -1;
        }
    }
    return 0;
}

void name_patterns_free(struct name_patterns *patterns)
{
    for (size_t i = 0; i < patterns->n; i++) {
        free(patterns->list[i].glob);
        free((char *)patterns->list[i].suggest.best);
    }
    free(patterns->list);
    *patterns = (struct name_patterns){0};
}

/* Without the parameters, which end with the last parenthesis. */
static const char *without_parameters(const char *name, char *room)
{
    const char *end = strrchr(name, ')');
    int depth = 0;

    if (end == NULL || strlen(name) >= NAME_MAX_BYTES) {
        return name;
    }
    for (; end >= name; end--) {
        depth += (*end == ')') - (*end == '(');
        if (depth == 0) {
            break;
        }
    }
    if (end <= name) {
        return name;
    }
    memcpy(room, name, end - name);
    room[end - name] = '\0';
    return room;
}

/* The name given may go; the nearest one is kept. */
static void suggest(struct name_pattern *pattern, const char *name)
{
    const char *before = pattern->suggest.best;

    if (pattern->has_matched) {
        return;
    }
    suggest_try(&pattern->suggest, name);
    if (pattern->suggest.best != before) {
        free((char *)before);
        pattern->suggest.best = strdup(name);
    }
}

/* Patterns that exclude win. */
static void judge(enum name_verdict *verdict, struct name_pattern *pattern,
                  bool is_match, const char *name)
{
    if (!is_match) {
        suggest(pattern, name);
        return;
    }
    pattern->has_matched = true;
    if (pattern->is_excluding) {
        *verdict = NAME_EXCLUDED;
    } else if (*verdict == NAME_UNKNOWN) {
        *verdict = NAME_INCLUDED;
    }
}

static bool matches(const char *glob, const char *name)
{
    return fnmatch(glob, name, 0) == 0;
}

enum name_verdict name_patterns_function(struct name_patterns *patterns,
                                         const char *name,
                                         const char *linkage_name)
{
    enum name_verdict verdict = NAME_UNKNOWN;
    char room[NAME_MAX_BYTES];
    const char *bare = without_parameters(name, room);

    for (size_t i = 0; i < patterns->n; i++) {
        const char *glob = patterns->list[i].glob;

        judge(&verdict, &patterns->list[i],
              matches(glob, bare) || matches(glob, name) ||
                  (linkage_name != NULL && matches(glob, linkage_name)),
              bare);
    }
    return verdict;
}

static bool matches_path(const char *glob, const char *path, const char *last)
{
    if (strchr(glob, '/') == NULL) {
        return matches(glob, last);
    }
    if (matches(glob, path)) {
        return true;
    }
    for (const char *at = strchr(path, '/'); at != NULL;
         at = strchr(at + 1, '/')) {
        if (matches(glob, at + 1)) {
            return true;
        }
    }
    return false;
}

enum name_verdict name_patterns_path(struct name_patterns *patterns,
                                     const char *path)
{
    const char *last = symbols_last_part(path);
    enum name_verdict verdict = NAME_UNKNOWN;

    for (size_t i = 0; i < patterns->n; i++) {
        judge(&verdict, &patterns->list[i],
              matches_path(patterns->list[i].glob, path, last), last);
    }
    return verdict;
}

bool name_patterns_passes(const struct name_patterns *patterns,
                          enum name_verdict verdict)
{
    return verdict == NAME_INCLUDED ||
           (verdict == NAME_UNKNOWN && !patterns->is_including);
}

size_t name_patterns_report(const struct name_patterns *patterns,
                            const char *what, const char *where)
{
    size_t n = 0;

    for (size_t i = 0; i < patterns->n; i++) {
        const struct name_pattern *pattern = &patterns->list[i];

        if (pattern->has_matched) {
            continue;
        }
        n++;
        if (pattern->suggest.best != NULL) {
            message("--%s: no %s '%s' %s, did you mean %s?", patterns->option,
                    what, pattern->glob, where, pattern->suggest.best);
        } else {
            message("--%s: no %s '%s' %s", patterns->option, what,
                    pattern->glob, where);
        }
    }
    return n;
}
