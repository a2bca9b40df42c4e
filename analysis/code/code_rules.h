/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * code_rules.h - rules about code, as text: whose it is, and which races of it
 * are known.
 *
 * A line is words KEY:PATTERN, with a shell's * ? [] in the pattern; from # on
 * it is a comment, and a backslash before the line's end joins the next one.
 * With class: it says whose the code is that fits.  Without, it is for the two
 * places of a race and its variable, which is then not reported.
 * docs/code-rules.md has the grammar.
 */
#ifndef CODE_RULES_H
#define CODE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "code_class.h"

enum code_key {
    CODE_KEY_FUNCTION,
    CODE_KEY_FILE,
    CODE_KEY_MODULE,
    CODE_KEY_PLACE,
    CODE_KEY_VARIABLE,
    CODE_KEYS
};

/* Where code lies, a bit each: in: names them. */
enum code_home {
    CODE_IN_LIBC = 1,    /* libc's own file */
    CODE_IN_STATIC = 2,  /* a file with libc in it, without source lines */
    CODE_IN_DYNAMIC = 4, /* a file linked with libc, without source lines */
    CODE_IN_LINES = 8,   /* either of these, with source lines */
    CODE_IN_PROGRAM = CODE_IN_STATIC | CODE_IN_DYNAMIC | CODE_IN_LINES,
    CODE_IN_LIBRARY = 16, /* a file that is of another class as a whole */
    CODE_IN_ALL = CODE_IN_LIBC | CODE_IN_PROGRAM | CODE_IN_LIBRARY,
};

/* Most patterns are none that fnmatch() is needed for. */
enum code_pattern_kind {
    CODE_PATTERN_EXACT,
    CODE_PATTERN_PREFIX, /* a * behind it, and no other */
    CODE_PATTERN_GLOB,
};

struct code_pattern {
    const char *text;
    size_t size; /* of what stands before the first * or the like */
    enum code_pattern_kind kind;
    enum code_key key;
};

/**
 * struct code_rule - a line
 * @name: by rule:, or NULL
 * @class: by class:, or CODE_CLASSES: then it is a suppression
 * @homes: by in:, CODE_IN_ALL where it has none
 * @is_for_files: of a class, and all its patterns are module:
 * @keys: that it has patterns of, a bit each
 * @first, @n: its patterns, of struct code_rules
 * @file, @line: where it is, a path of the caller's
 * @n_used: races that it held for, counted by who asks
 */
struct code_rule {
    const char *name;
    enum code_class class;
    unsigned homes;
    bool is_for_files;
    unsigned keys;
    size_t first;
    size_t n;
    const char *file;
    unsigned line;
    size_t n_used;
};

/**
 * struct code_rules - all of them, in their order; all 0 are none
 *
 * Once they are read several threads may look into them.
 */
struct code_rules {
    struct code_rule *list;
    size_t n;
    struct code_pattern *patterns;
    size_t n_patterns;
    size_t room, room_patterns;
    char *texts[4]; /* the patterns lie in them */
    size_t n_texts;
};

/**
 * code_rules_parse() - add the rules of a text
 * @text: @size bytes, copied
 * @file: its path, which has to live as long as the rules
 * @line: set to the line that is wrong, on an error
 *
 * At most four texts.
 *
 * Return: NULL, or what is wrong.
 */
const char *code_rules_parse(struct code_rules *rules, const char *text,
                             size_t size, const char *file, unsigned *line);

/**
 * code_rules_add_builtin() - add what is known of libraries
 *
 * The first rule that fits decides, so this comes behind the user's.
 *
 * Return: NULL, or what is wrong.
 */
const char *code_rules_add_builtin(struct code_rules *rules);

/* The text of these. */
extern const char code_rules_builtin[];

void code_rules_free(struct code_rules *rules);

/** code_key_name() - as rules have it. */
const char *code_key_name(enum code_key key);

/** code_pattern_fits() - Return: does it fit? Never what is NULL. */
bool code_pattern_fits(const struct code_pattern *pattern, const char *text);

/**
 * code_pattern_fits_path() - the same for a file, by its path or by what is
 * behind the last slash
 */
bool code_pattern_fits_path(const struct code_pattern *pattern,
                            const char *path);

/** CODE_RULE_TEXT - room that code_rule_text() may use. */
#define CODE_RULE_TEXT 256

/**
 * code_rule_text() - what to call a rule: its name, or else file and line
 *
 * Return: @text, cut where it is too long.
 */
const char *code_rule_text(const struct code_rule *rule,
                           char text[CODE_RULE_TEXT]);

#endif /* CODE_RULES_H */
