/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_rules.c - see code_rules.h: the parser, and what a pattern fits. */
#include "code_rules.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

#define BLANKS " \t\r"

static const char out_of_memory[] = "out of memory";

static const char *const keys[CODE_KEYS] = {
    [CODE_KEY_FUNCTION] = "function", [CODE_KEY_FILE] = "file",
    [CODE_KEY_MODULE] = "module",     [CODE_KEY_PLACE] = "place",
    [CODE_KEY_VARIABLE] = "variable",
};

static const struct {
    const char *name;
    unsigned homes;
} homes[] = {
    {"libc", CODE_IN_LIBC},
    {"static", CODE_IN_STATIC},
    {"dynamic", CODE_IN_DYNAMIC},
    {"program", CODE_IN_PROGRAM},
};

const char *code_key_name(enum code_key key)
{
    return keys[key];
}

static enum code_key find_key(const char *name)
{
    enum code_key key = CODE_KEY_FUNCTION;

    while (key < CODE_KEYS && strcmp(keys[key], name) != 0) {
        key++;
    }
    return key;
}

static const char *add_home(struct code_rule *rule, const char *name)
{
    for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
        if (!strcmp(homes[i].name, name)) {
            rule->homes |= homes[i].homes;
            return NULL;
        }
    }
    return "what follows in: is none of libc, static, dynamic and program";
}

static const char *set_class(struct code_rule *rule, const char *name)
{
    if (rule->class != CODE_CLASSES) {
        return "more than one class";
    }
    rule->class = code_class_find(name);
    return rule->class == CODE_CLASSES ? "there is no such class" : NULL;
}

static enum code_pattern_kind pattern_kind(const char *behind)
{
    if (!*behind) {
        return CODE_PATTERN_EXACT;
    }
    return strcmp(behind, "*") != 0 ? CODE_PATTERN_GLOB : CODE_PATTERN_PREFIX;
}

static const char *add_pattern(struct code_rules *rules, struct code_rule *rule,
                               enum code_key key, const char *text)
{
    size_t size = strcspn(text, "*?[\\");
    struct code_pattern *pattern =
        array_add(rules->patterns, rules->n_patterns, rules->room_patterns);

    if (!pattern) {
        return out_of_memory;
    }
    *pattern = (struct code_pattern){
        .text = text,
        .size = size,
        .kind = pattern_kind(text + size),
        .key = key,
    };
    rule->n++;
    return NULL;
}

/* Return: NULL, or what is wrong. */
static const char *parse_word(struct code_rules *rules, struct code_rule *rule,
                              char *word)
{
    char *colon = strchr(word, ':');
    enum code_key key;

    if (!colon || !colon[1]) {
        return "expected function:, file:, module:, place: or variable: and a "
               "pattern, or rule:, class: or in: and a name";
    }
    *colon = '\0';
    if (!strcmp(word, "class")) {
        return set_class(rule, colon + 1);
    }
    if (!strcmp(word, "in")) {
        return add_home(rule, colon + 1);
    }
    if (!strcmp(word, "rule")) {
        const char *why = rule->name ? "more than one name" : NULL;

        rule->name = colon + 1;
        return why;
    }
    key = find_key(word);
    if (key == CODE_KEYS) {
        return "what is before the colon is none of function, file, module, "
               "place, variable, rule, class and in";
    }
    return add_pattern(rules, rule, key, colon + 1);
}

/* A race has two places and one variable. */
static const char *check_suppression(const struct code_rule *rule,
                                     const size_t counts[CODE_KEYS])
{
    if (rule->homes) {
        return "in: is for rules with class:";
    }
    for (size_t key = 0; key < CODE_KEYS; key++) {
        if (counts[key] > (key == CODE_KEY_VARIABLE ? 1 : 2)) {
            return "more patterns of one kind than a race has places";
        }
    }
    return NULL;
}

static const char *check_class(const size_t counts[CODE_KEYS])
{
    return counts[CODE_KEY_PLACE] || counts[CODE_KEY_VARIABLE]
               ? "place: and variable: are for rules without class:"
               : NULL;
}

/* Add a rule that is whole. Return: NULL, or what is wrong. */
static const char *add_rule(struct code_rules *rules, struct code_rule *rule)
{
    size_t counts[CODE_KEYS] = {0};
    struct code_rule *added;
    const char *why;

    for (size_t i = 0; i < rule->n; i++) {
        enum code_key key = rules->patterns[rule->first + i].key;

        counts[key]++;
        rule->keys |= 1u << key;
    }
    if (!rule->n) {
        return "no function:, file:, module:, place: or variable:";
    }
    why = rule->class == CODE_CLASSES ? check_suppression(rule, counts)
                                      : check_class(counts);
    rule->is_for_files = rule->class != CODE_CLASSES && !rule->homes &&
                         counts[CODE_KEY_MODULE] == rule->n;
    if (!rule->homes) {
        rule->homes = CODE_IN_ALL;
    }
    if (why) {
        return why;
    }
    added = array_add(rules->list, rules->n, rules->room);
    if (!added) {
        return out_of_memory;
    }
    *added = *rule;
    return NULL;
}

/* Cut the comment off. Return: does the next line go on? */
static bool cut_line(char *line)
{
    size_t size = strcspn(line, "#");

    while (size && strchr(BLANKS, line[size - 1])) {
        size--;
    }
    line[size] = '\0';
    if (!size || line[size - 1] != '\\') {
        return false;
    }
    line[size - 1] = '\0';
    return true;
}

static const char *parse_text(struct code_rules *rules, char *text,
                              const char *file, unsigned *line)
{
    struct code_rule rule = {.name = NULL};
    bool goes_on = false, is_empty = true;
    unsigned number = 0;
    const char *why = NULL;
    char *one, *word;

    while (!why && (one = strsep(&text, "\n"))) {
        number++;
        if (!goes_on) {
            is_empty = true;
            rule = (struct code_rule){
                .class = CODE_CLASSES,
                .first = rules->n_patterns,
                .file = file,
                .line = number,
            };
        }
        goes_on = cut_line(one) && text;
        while (!why && (word = strsep(&one, BLANKS))) {
            is_empty &= !*word;
            why = *word ? parse_word(rules, &rule, word) : NULL;
        }
        if (!why && !goes_on && !is_empty) {
            why = add_rule(rules, &rule);
        }
    }
    *line = number ? number : 1;
    return why;
}

const char *code_rules_parse(struct code_rules *rules, const char *text,
                             size_t size, const char *file, unsigned *line)
{
    char *copy;

    *line = 1;
    if (rules->n_texts == sizeof(rules->texts) / sizeof(rules->texts[0])) {
        return "too many texts";
    }
    copy = malloc(size + 1);
    if (!copy) {
        return out_of_memory;
    }
    if (size) {
        memcpy(copy, text, size);
    }
    copy[size] = '\0';
    rules->texts[rules->n_texts++] = copy;
    return strlen(copy) < size ? "a byte is 0: this is no text"
                               : parse_text(rules, copy, file, line);
}

const char *code_rules_add_builtin(struct code_rules *rules)
{
    unsigned line;

    return code_rules_parse(rules, code_rules_builtin,
                            strlen(code_rules_builtin), "built in", &line);
}

void code_rules_free(struct code_rules *rules)
{
    for (size_t i = 0; i < rules->n_texts; i++) {
        free(rules->texts[i]);
    }
    free(rules->patterns);
    free(rules->list);
    *rules = (struct code_rules){.n = 0};
}

bool code_pattern_fits(const struct code_pattern *pattern, const char *text)
{
    if (!text || strncmp(pattern->text, text, pattern->size) != 0) {
        return false;
    }
    switch (pattern->kind) {
    case CODE_PATTERN_EXACT:
        return !text[pattern->size];
    case CODE_PATTERN_PREFIX:
        return true;
    default:
        return !fnmatch(pattern->text, text, 0);
    }
}

bool code_pattern_fits_path(const struct code_pattern *pattern,
                            const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return code_pattern_fits(pattern, path) ||
           (slash && code_pattern_fits(pattern, slash + 1));
}

const char *code_rule_text(const struct code_rule *rule,
                           char text[CODE_RULE_TEXT])
{
    if (rule->name) {
        snprintf(text, CODE_RULE_TEXT, "%s", rule->name);
    } else {
        snprintf(text, CODE_RULE_TEXT, "%s:%u", rule->file, rule->line);
    }
    return text;
}
