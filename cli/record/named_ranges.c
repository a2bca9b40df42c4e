/* SPDX-License-Identifier: GPL-2.0-or-later */
/* named_ranges.c - see named_ranges.h. */
#include "named_ranges.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "heap_functions.h"
#include "range_set.h"
#include "symbols_file.h"

/* What is collected from one file. */
struct collecting {
    struct named_ranges *named;
    struct symbols_file *file;
    struct name_patterns *patterns; /* that code must pass */
    struct range_set included;
    struct range_set excluded;
    struct range_set cold; /* where a function goes on that began elsewhere */
};

uint32_t named_ranges_roles(const struct named_ranges *named)
{
    bool is_code = named->functions.n + named->modules.n + named->sources.n > 0;

    return (is_code ? LOOKUP_BIT(LOOKUP_CODE) : 0) |
           (named->start_at.n > 0 ? LOOKUP_BIT(LOOKUP_START) : 0) |
           (named->stop_at.n > 0 ? LOOKUP_BIT(LOOKUP_STOP) : 0) |
           (named->symbols.n > 0 ? LOOKUP_BIT(LOOKUP_DATA) : 0) |
           (named->has_heap ? LOOKUP_BIT(LOOKUP_HEAP) : 0);
}

bool named_ranges_keep_unnamed(const struct named_ranges *named)
{
    return !named->functions.is_including && !named->modules.is_including &&
           !named->sources.is_including;
}

static void put(struct named_ranges *named, enum lookup_role role,
                uint64_t start, uint64_t end, uint64_t segment)
{
    struct lookup_range *range =
        array_add(named->ranges, named->n, named->room);

    if (range != NULL) {
        *range = (struct lookup_range){
            .start = start, .end = end, .segment = segment, .role = role};
    }
}

/* What a list of patterns says of a range of code. */
static void sort_out(struct collecting *collecting, enum name_verdict verdict,
                     const struct symbols_range *range)
{
    struct range_set *set = verdict == NAME_EXCLUDED ? &collecting->excluded
                                                     : &collecting->included;

    if (verdict != NAME_UNKNOWN && range->offset != SYMBOLS_NO_OFFSET) {
        range_set_add(set, range->offset,
                      range_last(range->offset, range->size_bytes));
    }
}

static void put_trigger(struct named_ranges *named, enum lookup_role role,
                        struct name_patterns *patterns,
                        const struct symbols_function *function)
{
    uint64_t offset = function->range.offset;

    if (patterns->n > 0 &&
        name_patterns_function(patterns, function->name,
                               function->linkage_name) == NAME_INCLUDED) {
        put(named, role, offset, offset + 1, 0);
    }
}

static void put_heap(struct named_ranges *named,
                     const struct symbols_function *function)
{
    static const char *const names[] = {
#define HEAP_FUNCTION_NAME(name, call) #name,
        HEAP_FUNCTIONS(HEAP_FUNCTION_NAME)
#undef HEAP_FUNCTION_NAME
    };
    const char *name =
        function->linkage_name ? function->linkage_name : function->name;

    for (uint32_t i = 0; named->has_heap && i < HEAP_FUNCTION_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            uint64_t offset = function->range.offset;

            put(named, LOOKUP_HEAP, offset, offset + 1, 0);
            named->ranges[named->n - 1].payload = i;
        }
    }
}

static int take_function(void *context, const struct symbols_function *function)
{
    struct collecting *collecting = context;
    struct named_ranges *named = collecting->named;
    const char *linkage_name = function->linkage_name;
    const struct symbols_range *range = &function->range;

    if (named->functions.n > 0) {
        sort_out(collecting,
                 name_patterns_function(&named->functions, function->name,
                                        linkage_name),
                 range);
    }
    if (function->is_inlined || range->offset == SYMBOLS_NO_OFFSET) {
        return 0;
    }
    if (linkage_name != NULL && strstr(linkage_name, ".cold") != NULL) {
        range_set_add(&collecting->cold, range->offset, range->offset);
    }
    put_trigger(named, LOOKUP_START, &named->start_at, function);
    put_trigger(named, LOOKUP_STOP, &named->stop_at, function);
    put_heap(named, function);
    return 0;
}

static int take_source(void *context, const struct symbols_source *source)
{
    struct collecting *collecting = context;

    sort_out(collecting,
             name_patterns_path(&collecting->named->sources, source->source),
             &source->range);
    return 0;
}

/* Memory that no file fills is where the segment's bytes would go on. */
static int take_variable(void *context, const struct symbols_variable *variable)
{
    struct collecting *collecting = context;
    struct named_ranges *named = collecting->named;
    const struct symbols_range *range = &variable->range;
    struct symbols_range segment;
    uint64_t start;

    if (!variable->is_thread_local &&
        name_patterns_function(&named->symbols, variable->name,
                               variable->linkage_name) == NAME_INCLUDED &&
        symbols_file_segment(collecting->file, range->address, &segment)) {
        start = segment.offset + (range->address - segment.address);
        put(named, LOOKUP_DATA, start, start + range->size_bytes,
            segment.offset);
    }
    return 0;
}

/* Only what passes the patterns, by what was sorted out, stays. */
static void restrict_to(struct range_set *code,
                        const struct name_patterns *patterns,
                        struct collecting *collecting)
{
    if (patterns->is_including) {
        range_set_sort(&collecting->included);
        range_set_keep(code, &collecting->included);
    }
    range_set_sort(&collecting->excluded);
    range_set_remove(code, &collecting->excluded);
    range_set_free(&collecting->included);
    range_set_free(&collecting->excluded);
}

/* A function is entered where it begins, not where its cold part does. */
static void drop_cold(struct named_ranges *named, struct range_set *cold)
{
    size_t n = 0;

    range_set_sort(cold);
    for (size_t i = 0; i < named->n; i++) {
        const struct lookup_range *range = &named->ranges[i];
        bool is_entered =
            range->role == LOOKUP_START || range->role == LOOKUP_STOP;

        if (!is_entered ||
            !ranges_have(cold->ranges, cold->n, range->start, range->start)) {
            named->ranges[n++] = *range;
        }
    }
    named->n = n;
    range_set_free(cold);
}

/* Where the names of a file are needed. */
static void collect(struct named_ranges *named, const char *path,
                    struct range_set *code)
{
    struct collecting collecting = {.named = named};

    if (symbols_file_open(path, NULL, &collecting.file) != 0) {
        collecting.file = NULL;
    }
    if (named->functions.n + named->start_at.n + named->stop_at.n +
            named->has_heap >
        0) {
        if (collecting.file != NULL) {
            symbols_file_functions(collecting.file, take_function, &collecting);
        }
        restrict_to(code, &named->functions, &collecting);
        drop_cold(named, &collecting.cold);
    }
    if (named->sources.n > 0) {
        if (collecting.file != NULL) {
            symbols_file_source_ranges(collecting.file, take_source,
                                       &collecting);
        }
        restrict_to(code, &named->sources, &collecting);
    }
    if (named->symbols.n > 0 && collecting.file != NULL) {
        symbols_file_variables(collecting.file, take_variable, &collecting);
    }
    symbols_file_close(collecting.file);
}

static int compare(const void *a, const void *b)
{
    const struct lookup_range *left = a;
    const struct lookup_range *right = b;

    if (left->role != right->role) {
        return left->role < right->role ? -1 : 1;
    }
    if (left->start != right->start) {
        return left->start < right->start ? -1 : 1;
    }
    /* Of two names of one function the first in the list. */
    return (left->payload > right->payload) - (left->payload < right->payload);
}

/* Ranges of one role that overlap become one. */
static void merge(struct named_ranges *named)
{
    size_t n = 0;

    if (named->n == 0) {
        return;
    }
    qsort(named->ranges, named->n, sizeof(*named->ranges), compare);
    for (size_t i = 1; i < named->n; i++) {
        const struct lookup_range *range = &named->ranges[i];
        struct lookup_range *last = &named->ranges[n];

        if (range->role != last->role || range->start >= last->end ||
            range->segment != last->segment) {
            named->ranges[++n] = *range;
        } else if (range->end > last->end) {
            last->end = range->end;
        }
    }
    named->n = n + 1;
}

static void answer(struct named_ranges *named, const char *path)
{
    bool is_module = name_patterns_passes(
        &named->modules, name_patterns_path(&named->modules, path));
    size_t n_code = is_module ? named->functions.n + named->sources.n : 0;
    struct range_set code = {0};

    named->n = 0;
    if (is_module) {
        range_set_add(&code, 0, UINT64_MAX - 1);
    }
    if (n_code + named->symbols.n + named->start_at.n + named->stop_at.n +
            named->has_heap >
        0) {
        collect(named, path, &code);
    }
    for (size_t i = 0; i < code.n; i++) {
        put(named, LOOKUP_CODE, code.ranges[i].first, code.ranges[i].last + 1,
            0);
    }
    range_set_free(&code);
    merge(named);
}

size_t named_ranges_find(void *data, const char *file,
                         const struct lookup_range **ranges)
{
    struct named_ranges *named = data;

    /* A long answer is asked for in parts. */
    if (named->file == NULL || strcmp(named->file, file) != 0) {
        free(named->file);
        named->file = strdup(file);
        answer(named, file);
    }
    *ranges = named->ranges;
    return named->n;
}

size_t named_ranges_report(const struct named_ranges *named, const char *where)
{
    return name_patterns_report(&named->functions, "function", where) +
           name_patterns_report(&named->modules, "module", where) +
           name_patterns_report(&named->sources, "source file", where) +
           name_patterns_report(&named->symbols, "static variable", where) +
           name_patterns_report(&named->start_at, "function", where) +
           name_patterns_report(&named->stop_at, "function", where);
}

void named_ranges_free(struct named_ranges *named)
{
    name_patterns_free(&named->functions);
    name_patterns_free(&named->modules);
    name_patterns_free(&named->sources);
    name_patterns_free(&named->symbols);
    name_patterns_free(&named->start_at);
    name_patterns_free(&named->stop_at);
    free(named->file);
    free(named->ranges);
}
