/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * name_patterns.h - lists of shell patterns for names of functions, files and
 * variables, as options give them: "GLOB,!GLOB".
 */
#ifndef NAME_PATTERNS_H
#define NAME_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "suggest.h"

/**
 * struct name_pattern - one of a list
 * @glob: as for fnmatch()
 * @is_excluding: it was written with a `!`
 * @has_matched: some name
 * @suggest: the nearest of the names that it was held against; owns best
 */
struct name_pattern {
    char *glob;
    bool is_excluding;
    bool has_matched;
    struct suggest suggest;
};

/**
 * struct name_patterns - all that an option was given
 * @option: its name, for messages
 * @is_including: names must match one; where all exclude, others pass
 */
struct name_patterns {
    const char *option;
    struct name_pattern *list;
    size_t n, room;
    bool is_including;
};

/**
 * name_patterns_read() - from what an option was given
 * @option: its name; must stay
 *
 * Commas within parentheses and brackets belong to a name.
 *
 * Return: 0, or -1, said on stderr: an empty pattern, or out of memory.
 */
int name_patterns_read(struct name_patterns *patterns, const char *option,
                       const struct option_strings *strings);
void name_patterns_free(struct name_patterns *patterns);

/* What a list says of a name. */
enum name_verdict {
    NAME_UNKNOWN,  /* nothing */
    NAME_INCLUDED, /* a pattern of it matches */
    NAME_EXCLUDED, /* a `!` one does */
};

/**
 * name_patterns_function() - a function's or variable's name
 * @name: demangled, perhaps with parameters, which a pattern may leave out
 * @linkage_name: another name that will do, or NULL
 */
enum name_verdict name_patterns_function(struct name_patterns *patterns,
                                         const char *name,
                                         const char *linkage_name);

/**
 * name_patterns_path() - the path of a file
 *
 * A pattern without a slash is for its last part, one with a slash for the
 * whole, or for its end from any slash on.
 */
enum name_verdict name_patterns_path(struct name_patterns *patterns,
                                     const char *path);

/** name_patterns_passes() - does the list as a whole let it pass? */
bool name_patterns_passes(const struct name_patterns *patterns,
                          enum name_verdict verdict);

/**
 * name_patterns_report() - say which patterns have matched nothing
 * @what: what they are for, as "function"
 * @where: in which none was found, as "in ./prog"
 *
 * Return: how many that are.
 */
size_t name_patterns_report(const struct name_patterns *patterns,
                            const char *what, const char *where);

#endif /* NAME_PATTERNS_H */
