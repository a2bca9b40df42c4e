/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_filters.c - options that record a part of the accesses: checked, and
 * told to the plugin by the channel.
 */
#include "record_filters.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "message.h"

/* "1ms/100ms" */
static bool read_duration(const char **text, uint64_t *ns)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = {{"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
    uint64_t number = 0;
    const char *at = *text;

    for (; *at >= '0' && *at <= '9'; at++) {
        if (__builtin_mul_overflow(number, 10u, &number) ||
            __builtin_add_overflow(number, (unsigned)(*at - '0'), &number)) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t n = strlen(units[i].name);

        if (strncmp(at, units[i].name, n) == 0 &&
            !__builtin_mul_overflow(number, units[i].ns, ns)) {
            *text = at + n;
            return number > 0;
        }
    }
    return false;
}

static int read_sample(struct record_filters *filters, const char *text)
{
    const char *at = text;

    if (text == NULL) {
        return STATUS_FINE;
    }
    if (!read_duration(&at, &filters->sample_on_ns) || *at++ != '/' ||
        !read_duration(&at, &filters->sample_period_ns) || *at != '\0') {
        message("--sample cannot be '%s': not times such as 1ms/100ms, of us, "
                "ms or s",
                text);
        return STATUS_USAGE;
    }
    if (filters->sample_on_ns >= filters->sample_period_ns ||
        filters->sample_period_ns > INT64_MAX / 2) {
        message("--sample cannot be '%s': the first time must be the shorter "
                "one",
                text);
        return STATUS_USAGE;
    }
    return STATUS_FINE;
}

static const char *const regions[SELECTION_REGIONS] = {
    [SELECTION_MMAP] = "mmap",
    [SELECTION_HEAP] = "heap",
    [SELECTION_STACK] = "stack",
    [SELECTION_DATA] = "data",
};

/* Return: which region it is, SELECTION_REGIONS for none, said on stderr. */
static unsigned find_region(const char *name, size_t n)
{
    struct suggest suggest = {0};
    char text[32];

    snprintf(text, sizeof(text), "%.*s", (int)n, name);
    suggest.word = text;
    for (unsigned i = 0; i < SELECTION_REGIONS; i++) {
        if (strlen(regions[i]) == n && memcmp(regions[i], name, n) == 0) {
            return i;
        }
        suggest_try(&suggest, regions[i]);
    }
    message("--region cannot be '%s': must be heap, stack, data or mmap%s%s",
            text, suggest.best != NULL ? ", did you mean " : "",
            suggest.best != NULL ? suggest.best : "");
    return SELECTION_REGIONS;
}

static int read_regions(struct record_filters *filters,
                        const struct option_strings *strings)
{
    for (size_t i = 0; i < strings->n; i++) {
        const char *at = strings->strings[i];
        size_t n;

        do {
            unsigned region;

            n = strcspn(at, ",");
            region = find_region(at, n);
            if (region == SELECTION_REGIONS) {
                return STATUS_USAGE;
            }
            filters->regions |= 1u << region;
            at += n + 1;
        } while (at[-1] == ',');
    }
    return STATUS_FINE;
}

static bool too_many(const char *option, const struct option_ranges *ranges)
{
    if (ranges->n > SELECTION_RANGES) {
        message("--%s: at most %d ranges", option, SELECTION_RANGES);
        return true;
    }
    return false;
}

static int read_names(struct named_ranges *named,
                      const struct record_filter_settings *settings)
{
    const struct {
        struct name_patterns *patterns;
        const char *option;
        const struct option_strings *strings;
        bool may_exclude;
    } rows[] = {
        {&named->functions, "function", &settings->functions, true},
        {&named->modules, "module", &settings->modules, true},
        {&named->sources, "source", &settings->sources, true},
        {&named->symbols, "symbol", &settings->symbols, false},
        {&named->start_at, "start-at", &settings->start_at, false},
        {&named->stop_at, "stop-at", &settings->stop_at, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct name_patterns *patterns = rows[i].patterns;

        if (name_patterns_read(patterns, rows[i].option, rows[i].strings)) {
            return STATUS_USAGE;
        }
        for (size_t k = 0; k < patterns->n && !rows[i].may_exclude; k++) {
            if (patterns->list[k].is_excluding) {
                message("--%s: '!' is for --function, --module and --source",
                        patterns->option);
                return STATUS_USAGE;
            }
        }
    }
    return STATUS_FINE;
}

int record_filters_read(struct record_filters *filters,
                        const struct record_filter_settings *settings,
                        bool has_heap)
{
    int status;

    *filters = (struct record_filters){
        .settings = settings,
        .named = {.has_heap = has_heap},
        .names = {.data = &filters->named, .find = named_ranges_find},
    };
    status = read_names(&filters->named, settings);
    if (status == STATUS_FINE && (too_many("thread", &settings->threads) ||
                                  too_many("address", &settings->addresses))) {
        status = STATUS_USAGE;
    }
    if (status == STATUS_FINE) {
        status = read_regions(filters, &settings->regions);
    }
    return status == STATUS_FINE ? read_sample(filters, settings->sample)
                                 : status;
}

int record_filters_check_static(struct record_filters *filters,
                                const char *file)
{
    const struct lookup_range *ranges;
    char where[PATH_MAX + 8];

    if (named_ranges_roles(&filters->named) == 0) {
        return STATUS_FINE;
    }
    named_ranges_find(&filters->named, file, &ranges);
    snprintf(where, sizeof(where), "in %s", file);
    return named_ranges_report(&filters->named, where) == 0 ? STATUS_FINE
                                                            : STATUS_FAILURE;
}

static uint32_t copy_ranges(struct range *list,
                            const struct option_ranges *ranges)
{
    for (size_t i = 0; i < ranges->n; i++) {
        list[i] =
            (struct range){ranges->ranges[i].first, ranges->ranges[i].last};
    }
    return ranges->n;
}

void record_filters_tell(const struct record_filters *filters,
                         struct channel *channel)
{
    const struct record_filter_settings *settings = filters->settings;
    const struct named_ranges *named = &filters->named;
    struct selection *selection = &channel->selection;

    selection->roles = named_ranges_roles(named);
    selection->keeps_unnamed = named_ranges_keep_unnamed(named);
    selection->n_addresses =
        copy_ranges(selection->addresses, &settings->addresses);
    selection->has_addresses =
        settings->addresses.n > 0 || named->symbols.n > 0;
    selection->regions = filters->regions;
    selection->n_threads = copy_ranges(selection->threads, &settings->threads);
    selection->has_threads = settings->threads.n > 0;
    selection->starts_paused = named->start_at.n > 0;
    selection->has_limit = settings->limit > 0;
    selection->has_pauses = named->start_at.n > 0 || named->stop_at.n > 0 ||
                            settings->skip > 0 || settings->sample != NULL;
    atomic_store(&channel->gate.n_left, (int64_t)settings->limit);
    atomic_store(&channel->gate.n_skip, (int64_t)settings->skip);
    if (settings->skip > 0) {
        atomic_store(&channel->gate.pauses, SELECTION_PAUSE_SKIP);
    }
}

/* The rows as options, to go through their values. */
#define AS_OPTION(type_, member_, name_, ...)                                  \
    {.name = (name_),                                                          \
     .type = OPTION_##type_,                                                   \
     .field = offsetof(struct record_filter_settings, member_)},

/* clang-format off */
static const struct option filter_options[] = {
    RECORDING_FILTERS(AS_OPTION)
    {.name = NULL},
};
/* clang-format on */

static void put_strings(FILE *out, const struct option_strings *strings)
{
    for (size_t i = 0; i < strings->n; i++) {
        fprintf(out, "%s%s", i > 0 ? "," : "", strings->strings[i]);
    }
}

static void put_range(FILE *out, const struct range *range, bool is_address)
{
    if (is_address) {
        fprintf(out, "0x%" PRIx64 "+0x%" PRIx64, range->first,
                range->last - range->first + 1);
    } else if (range->first == range->last) {
        fprintf(out, "%" PRIu64, range->first);
    } else {
        fprintf(out, "%" PRIu64 "-%" PRIu64, range->first, range->last);
    }
}

static void put_ranges(FILE *out, const struct option_ranges *ranges,
                       bool is_address)
{
    for (size_t i = 0; i < ranges->n; i++) {
        fputs(i > 0 ? "," : "", out);
        put_range(out, &ranges->ranges[i], is_address);
    }
}

static bool is_given(const struct option *option, const void *field)
{
    switch (option->type) {
    case OPTION_STRING:
        return *(const char *const *)field != NULL;
    case OPTION_STRINGS:
        return ((const struct option_strings *)field)->n > 0;
    case OPTION_NUMBER:
        return *(const uint64_t *)field > 0;
    default:
        return ((const struct option_ranges *)field)->n > 0;
    }
}

static void put_value(FILE *out, const struct option *option, const void *field)
{
    switch (option->type) {
    case OPTION_STRING:
        fputs(*(const char *const *)field, out);
        break;
    case OPTION_STRINGS:
        put_strings(out, field);
        break;
    case OPTION_NUMBER:
        fprintf(out, "%" PRIu64, *(const uint64_t *)field);
        break;
    default:
        put_ranges(out, field, option->type == OPTION_ADDRESSES);
        break;
    }
}

void record_filters_describe(const struct record_filter_settings *settings,
                             struct record_meta *meta)
{
    const struct option *option = filter_options;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL) {
        meta->has_failed = true;
        return;
    }
    for (; option->name != NULL; option++) {
        const void *field = (const char *)settings + option->field;

        if (is_given(option, field)) {
            fprintf(out, " --%s=", option->name);
            put_value(out, option, field);
        }
    }
    if (fclose(out) != 0 || text == NULL) {
        meta->has_failed = true;
    } else if (size > 1) {
        record_meta_add(meta, "record.selection", "%s", text + 1);
    }
    free(text);
}

void record_filters_report(const struct record_filters *filters)
{
    named_ranges_report(&filters->named, "in any file that was mapped");
}

void record_filters_free(struct record_filters *filters)
{
    named_ranges_free(&filters->named);
}
