/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * suppressions.h - races that are known and not to be reported: the rules
 * without class: of the user's file, see code_rules.h.
 *
 * All words of a rule must hold for a race.  Two of a key that tells of code
 * must hold for the two sides.
 *
 * A place is what the report prints for code without a name: MODULE+0xOFFSET
 * by the last part of the module's path, or the address where there is none.
 */
#ifndef SUPPRESSIONS_H
#define SUPPRESSIONS_H

#include "code_rules.h"

struct output;
struct race_item;

/**
 * suppressions_read() - add the rules of a file
 * @path: has to live as long as the rules
 *
 * Return: 0, or -1, said on stderr.
 */
int suppressions_read(struct code_rules *rules, const char *path);

/**
 * suppressions_find() - look for one that holds for a race, and count it
 *
 * Return: the first, or NULL.
 */
struct code_rule *suppressions_find(struct code_rules *rules,
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

#endif /* SUPPRESSIONS_H */
