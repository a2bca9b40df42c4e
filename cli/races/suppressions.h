/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * suppressions.h - races that are known and not to be reported.
 *
 * A line of the file is a suppression: words KEY:PATTERN that must all hold,
 * with KEY function, file, module, place or variable, and a shell's * ? [] in
 * the pattern.  Two of a key that tells of code must hold for the two sides.
 * From # on a line is a comment.
 *
 * A place is what the report prints for code without a name: MODULE+0xOFFSET
 * by the last part of the module's path, or the address where there is none.
 */
#ifndef SUPPRESSIONS_H
#define SUPPRESSIONS_H

#include <stddef.h>

struct output;
struct race_item;

enum suppression_key {
    SUPPRESSION_FUNCTION,
    SUPPRESSION_FILE,
    SUPPRESSION_MODULE,
    SUPPRESSION_PLACE,
    SUPPRESSION_VARIABLE,
    SUPPRESSION_KEYS
};

struct suppression {
    const char *patterns[SUPPRESSION_KEYS][2]; /* NULL: none */
    size_t n_used;                             /* races it held for */
    unsigned line;
};

struct suppressions {
    struct suppression *list;
    size_t n;
    char *text; /* the patterns lie in it */
};

/**
 * suppressions_parse() - add a file's text to the list
 * @text: @size bytes, copied
 * @line: set to the line that is wrong, on an error
 *
 * Return: NULL, or what is wrong.
 */
const char *suppressions_parse(struct suppressions *list, const char *text,
                               size_t size, unsigned *line);

/** suppressions_read() - a file. Return: 0, or -1, said on stderr. */
int suppressions_read(struct suppressions *list, const char *path);

/** suppressions_find() - Return: the first that holds, or NULL. */
struct suppression *suppressions_find(struct suppressions *list,
                                      const struct race_item *item);

/**
 * suppressions_line() - one that holds for a race
 *
 * Plain ASCII, whatever is in the names.
 *
 * Return: words, each with a blank behind it and no newline, to be freed; NULL
 * where memory is short.
 */
char *suppressions_line(const struct race_item *item);

/**
 * suppressions_write() - suppressions_line() with a comment
 *
 * Return: 0, or -1, said on stderr.
 */
int suppressions_write(struct output *output, const struct race_item *item);

void suppressions_free(struct suppressions *list);

#endif /* SUPPRESSIONS_H */
