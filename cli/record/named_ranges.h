/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * named_ranges.h - which ranges of a file have a role in a recording, by the
 * names of functions, source files, variables and of the file itself.
 */
#ifndef NAMED_RANGES_H
#define NAMED_RANGES_H

#include "lookup.h"
#include "name_patterns.h"

/**
 * struct named_ranges - what is wanted, and the answer given last
 * @functions, @modules, @sources: code that is recorded must pass all three
 * @symbols: variables
 * @start_at, @stop_at: functions
 * @has_heap: functions that allocate and free, as well
 */
struct named_ranges {
    struct name_patterns functions;
    struct name_patterns modules;
    struct name_patterns sources;
    struct name_patterns symbols;
    struct name_patterns start_at;
    struct name_patterns stop_at;
    bool has_heap;

    /* named_ranges.c's own */
    char *file; /* to which the ranges belong */
    struct lookup_range *ranges;
    size_t n;
    size_t room;
};

/** named_ranges_roles() - Return: LOOKUP_BIT() of the roles that are given. */
uint32_t named_ranges_roles(const struct named_ranges *named);

/** named_ranges_keep_unnamed() - does code that is in no file pass? */
bool named_ranges_keep_unnamed(const struct named_ranges *named);

/** named_ranges_find() - for struct recorder_names; @data is the struct. */
size_t named_ranges_find(void *data, const char *file,
                         const struct lookup_range **ranges);

/**
 * named_ranges_report() - say which names have matched nothing
 * @where: in which they were sought
 *
 * Return: how many that are.
 */
size_t named_ranges_report(const struct named_ranges *named, const char *where);

void named_ranges_free(struct named_ranges *named);

#endif /* NAMED_RANGES_H */
