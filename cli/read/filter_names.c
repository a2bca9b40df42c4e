/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter_names.c - names of code and data, and kinds of memory, to the places
 * where they were in the processes of a trace.
 *
 * Each program and library of the trace is asked for its names once; what
 * passes is ranges of its own addresses, which become places where it was
 * mapped.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "command.h"
#include "filter.h"
#include "message.h"
#include "name_patterns.h"
#include "symbols_file.h"
#include "trace_symbols.h"

/* An option of names: its patterns, and the conditions they become. */
struct named {
    struct name_patterns patterns;
    const char *what; /* for messages */
    struct choice_set *included;
    struct choice_set *excluded;
    struct choice_ranges in; /* of the file that is being read */
    struct choice_ranges ex;
    int error;
};

enum { FUNCTIONS, MODULES, SOURCES, SYMBOLS, N_NAMED };

/* A part of memory, and the program or library that it is of. */
struct image {
    struct symbols_part part;
    const char *path;
    uint64_t bias;
    struct symbols_file *file;
};

struct names {
    struct named named[N_NAMED];
    struct symbols *symbols;
    struct image *images;
    size_t n_images;
    size_t room;
};

static int read_patterns(struct names *names, const struct filter *filter)
{
    const struct {
        const char *option;
        const char *what;
        const struct option_strings *strings;
    } options[N_NAMED] = {
        [FUNCTIONS] = {"function", "function", &filter->functions},
        [MODULES] = {"module", "program or library", &filter->modules},
        [SOURCES] = {"source", "source file", &filter->sources},
        [SYMBOLS] = {"symbol", "static variable", &filter->symbols},
    };

    for (size_t i = 0; i < N_NAMED; i++) {
        names->named[i].what = options[i].what;
        if (name_patterns_read(&names->named[i].patterns, options[i].option,
                               options[i].strings)) {
            return STATUS_USAGE;
        }
    }
    return STATUS_FINE;
}

static void add_sets(struct named *named, struct choice *out, bool is_code)
{
    bool is_excluding = false;

    for (size_t i = 0; i < named->patterns.n; i++) {
        is_excluding |= named->patterns.list[i].is_excluding;
    }
    if (named->patterns.is_including) {
        named->included = choice_add_set(out, is_code, false);
    }
    if (is_excluding) {
        named->excluded = choice_add_set(out, is_code, true);
    }
}

static void sort_out(struct named *named, enum name_verdict verdict,
                     uint64_t address, uint64_t size_bytes)
{
    if (verdict == NAME_UNKNOWN || !size_bytes) {
        return;
    }
    if (choice_add(verdict == NAME_EXCLUDED ? &named->ex : &named->in, address,
                   range_last(address, size_bytes))) {
        named->error = MEMTRACE_ERR_NOMEM;
    }
}

static int take_function(void *context, const struct symbols_function *function)
{
    struct named *named = context;

    sort_out(named,
             name_patterns_function(&named->patterns, function->name,
                                    function->linkage_name),
             function->range.address, function->range.size_bytes);
    return named->error;
}

static int take_source(void *context, const struct symbols_source *source)
{
    struct named *named = context;

    sort_out(named, name_patterns_path(&named->patterns, source->source),
             source->range.address, source->range.size_bytes);
    return named->error;
}

static int take_variable(void *context, const struct symbols_variable *variable)
{
    struct named *named = context;

    if (!variable->is_thread_local) {
        sort_out(named,
                 name_patterns_function(&named->patterns, variable->name,
                                        variable->linkage_name),
                 variable->range.address, variable->range.size_bytes);
    }
    return named->error;
}

/* Where ranges of a file's own addresses are in a part of memory. */
static int add_places(struct choice_set *set,
                      const struct choice_ranges *ranges,
                      const struct image *image)
{
    const struct symbols_part *part = &image->part;
    int error = 0;

    for (size_t i = 0; set && i < ranges->n && !error; i++) {
        uint64_t first = ranges->ranges[i].first + image->bias;
        uint64_t last = ranges->ranges[i].last + image->bias;

        first = first < part->first ? part->first : first;
        last = last > part->last ? part->last : last;
        if (first <= last) {
            error =
                choice_add_place(set, &(struct choice_place){.pid = part->pid,
                                                             .from = part->from,
                                                             .to = part->to,
                                                             .first = first,
                                                             .last = last});
        }
    }
    return error;
}

/* In all parts of a file; what was found in it is used up. */
static int place(struct named *named, const struct image *images, size_t n)
{
    int error = named->error;

    choice_tidy(&named->in);
    choice_tidy(&named->ex);
    for (size_t i = 0; i < n && !error; i++) {
        error = add_places(named->included, &named->in, &images[i]);
        if (!error) {
            error = add_places(named->excluded, &named->ex, &images[i]);
        }
    }
    named->in.n = named->ex.n = 0;
    return error;
}

/* Return: 0, or a negative error. */
static int read_names(struct names *names, struct symbols_file *file)
{
    struct named *named = names->named;
    int error = 0;

    if (named[FUNCTIONS].patterns.n) {
        error = symbols_file_functions(file, take_function, &named[FUNCTIONS]);
    }
    if (!error && named[SOURCES].patterns.n) {
        error = symbols_file_source_ranges(file, take_source, &named[SOURCES]);
    }
    if (!error && named[SYMBOLS].patterns.n) {
        error = symbols_file_variables(file, take_variable, &named[SYMBOLS]);
    }
    return error ? MEMTRACE_ERR_NOMEM : 0;
}

/* A module's places are its parts, whatever its addresses are. */
static int place_module(struct named *named, const struct image *images,
                        size_t n)
{
    enum name_verdict verdict =
        named->patterns.n ? name_patterns_path(&named->patterns, images->path)
                          : NAME_UNKNOWN;
    int error = 0;

    for (size_t i = 0; verdict != NAME_UNKNOWN && i < n && !error; i++) {
        struct image all = {.part = images[i].part};

        error = add_places(
            verdict == NAME_EXCLUDED ? named->excluded : named->included,
            &(struct choice_ranges){.ranges = &(struct range){0, UINT64_MAX},
                                    .n = 1},
            &all);
    }
    return error;
}

/* The parts of one file. */
static int take_file(struct names *names, const struct image *images, size_t n)
{
    int error = place_module(&names->named[MODULES], images, n);

    if (!error && images->file) {
        error = read_names(names, images->file);
    }
    for (size_t i = 0; i < N_NAMED && !error; i++) {
        if (i != MODULES) {
            error = place(&names->named[i], images, n);
        }
    }
    return error;
}

static int compare_images(const void *a, const void *b)
{
    const struct image *x = a, *y = b;
    int order = strcmp(x->path, y->path);

    return order ? order : (x->file > y->file) - (x->file < y->file);
}

static int add_image(void *context, const struct symbols_part *part)
{
    struct names *names = context;
    struct symbols_place where = {part->pid, part->from, part->first};
    struct image image = {.part = *part}, *added;
    int error;

    if (trace_part_kind(part) != TRACE_PLACE_DATA) {
        return 0;
    }
    error = symbols_image_at(names->symbols, &where, &image.path, &image.bias,
                             &image.file);
    if (error) {
        return error == -ENOENT ? 0 : error;
    }
    added = array_add(names->images, names->n_images, names->room);
    if (!added) {
        return -ENOMEM;
    }
    *added = image;
    return 0;
}

/* Each file of the trace once. Return: 0, or a negative error. */
static int take_files(struct names *names)
{
    size_t n = 0;
    int error = 0;

    if (symbols_each_part(names->symbols, add_image, names)) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (names->n_images) {
        qsort(names->images, names->n_images, sizeof(*names->images),
              compare_images);
    }
    for (size_t i = 0; i < names->n_images && !error; i += n) {
        for (n = 1; i + n < names->n_images &&
                    !compare_images(&names->images[i], &names->images[i + n]);
             n++) {
        }
        error = take_file(names, &names->images[i], n);
    }
    return error;
}

/* Return: the kinds that have one of the names, as bits. */
static unsigned kinds_of(const char *name, struct suggest *suggest)
{
    unsigned kinds = 0;

    for (int kind = 0; kind < TRACE_PLACE_KINDS; kind++) {
        const char *region = trace_kind_region((enum trace_place_kind)kind);

        if (*region) {
            suggest_try(suggest, region);
            kinds |= strcmp(region, name) ? 0 : 1u << kind;
        }
    }
    return kinds;
}

/* Return: the kinds as bits, or 0, said on stderr. */
static unsigned read_kinds(const struct option_strings *strings)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < strings->n; i++) {
        const char *text = strings->strings[i];

        for (;;) {
            size_t length = strcspn(text, ",");
            char name[32];
            struct suggest suggest = {.word = name};
            unsigned found;

            snprintf(name, sizeof(name), "%.*s",
                     length < sizeof(name) ? (int)length : 0, text);
            found = kinds_of(name, &suggest);
            if (!found) {
                message(suggest.best ? "--region '%.*s': must be stack, heap, "
                                       "data or mmap, did you mean %s?"
                                     : "--region '%.*s': must be stack, heap, "
                                       "data or mmap",
                        (int)length, text, suggest.best);
                return 0;
            }
            kinds |= found;
            if (!text[length]) {
                break;
            }
            text += length + 1;
        }
    }
    return kinds;
}

static int report(const struct names *names, const char *path)
{
    size_t n_unknown = 0;
    char *where;

    if (asprintf(&where, "in %s", path) < 0) {
        message("out of memory");
        return STATUS_FAILURE;
    }
    for (size_t i = 0; i < N_NAMED; i++) {
        n_unknown += name_patterns_report(&names->named[i].patterns,
                                          names->named[i].what, where);
    }
    free(where);
    if (n_unknown) {
        names_tell_problems(names->symbols);
    }
    return n_unknown ? STATUS_FAILURE : STATUS_FINE;
}

static void free_names(struct names *names)
{
    for (size_t i = 0; i < N_NAMED; i++) {
        name_patterns_free(&names->named[i].patterns);
        free(names->named[i].in.ranges);
        free(names->named[i].ex.ranges);
    }
    free(names->images);
}

int filter_select_names(const struct filter *filter,
                        struct memtrace_reader *reader, const char *path,
                        struct symbols **symbols, struct choice *out)
{
    struct names names = {.symbols = NULL};
    size_t n_patterns = 0;
    int error = 0, status = STATUS_USAGE;

    out->memory = read_kinds(&filter->regions);
    if ((filter->regions.n && !out->memory) || read_patterns(&names, filter)) {
        goto out;
    }
    for (size_t i = 0; i < N_NAMED; i++) {
        add_sets(&names.named[i], out, i != SYMBOLS);
        n_patterns += names.named[i].patterns.n;
    }
    if (out->memory || n_patterns) {
        if (names_open(&filter->names, reader, path, symbols)) {
            status = STATUS_FAILURE;
            goto out;
        }
        names.symbols = out->symbols = *symbols;
    }
    if (n_patterns) {
        error = take_files(&names);
    }
    if (error) {
        message("%s: %s", path, memtrace_strerror(error));
        status = STATUS_FAILURE;
    } else {
        status = report(&names, path);
    }
out:
    free_names(&names);
    return status;
}
