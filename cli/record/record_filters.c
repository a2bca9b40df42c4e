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

static bool excludes(const struct name_patterns *patterns)
{
    for (size_t i = 0; i < patterns->n; i++) {
        if (patterns->list[i].is_excluding) {
            message("--%s: '!' is for --function, --module and --source",
                    patterns->option);
            return true;
        }
    }
    return false;
}

int record_filters_read(struct record_filters *filters,
                        const struct record_filter_settings *settings)
{
    struct named_ranges *named = &filters->named;

    *filters = (struct record_filters){
        .settings = settings,
        .names = {.data = &filters->named, .find = named_ranges_find},
    };
    named->has_heap = settings->heap;
    if (name_patterns_read(&named->functions, "function",
                           &settings->functions) != 0 ||
        name_patterns_read(&named->modules, "module", &settings->modules) !=
            0 ||
        name_patterns_read(&named->sources, "source", &settings->sources) !=
            0 ||
        name_patterns_read(&named->symbols, "symbol", &settings->symbols) !=
            0 ||
        name_patterns_read(&named->start_at, "start-at", &settings->start_at) !=
            0 ||
        name_patterns_read(&named->stop_at, "stop-at", &settings->stop_at) !=
            0 ||
        excludes(&named->symbols) || excludes(&named->start_at) ||
        excludes(&named->stop_at) || too_many("thread", &settings->threads) ||
        too_many("address", &settings->addresses)) {
        return STATUS_USAGE;
    }
    return read_regions(filters, &settings->regions) != STATUS_FINE
               ? STATUS_USAGE
               : read_sample(filters, settings->sample);
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

static uint32_t put_ranges(struct range *list,
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
        put_ranges(selection->addresses, &settings->addresses);
    selection->has_addresses =
        settings->addresses.n > 0 || named->symbols.n > 0;
    selection->regions = filters->regions;
    selection->n_threads = put_ranges(selection->threads, &settings->threads);
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

static void put_patterns(FILE *out, const struct name_patterns *patterns)
{
    const char *separator = "";

    if (patterns->n == 0) {
        return;
    }
    fprintf(out, " --%s=", patterns->option);
    for (size_t i = 0; i < patterns->n; i++) {
        fprintf(out, "%s%s%s", separator,
                patterns->list[i].is_excluding ? "!" : "",
                patterns->list[i].glob);
        separator = ",";
    }
}

static void put_numbers(FILE *out, const char *option,
                        const struct option_ranges *ranges, bool is_address)
{
    const char *separator = "";

    if (ranges->n == 0) {
        return;
    }
    fprintf(out, " --%s=", option);
    for (size_t i = 0; i < ranges->n; i++) {
        const struct option_range *range = &ranges->ranges[i];

        if (is_address) {
            fprintf(out, "%s0x%" PRIx64 "+0x%" PRIx64, separator, range->first,
                    range->last - range->first + 1);
        } else if (range->first == range->last) {
            fprintf(out, "%s%" PRIu64, separator, range->first);
        } else {
            fprintf(out, "%s%" PRIu64 "-%" PRIu64, separator, range->first,
                    range->last);
        }
        separator = ",";
    }
}

static void put_regions(FILE *out, uint32_t bits)
{
    const char *separator = " --region=";

    for (unsigned i = 0; i < SELECTION_REGIONS; i++) {
        if (bits >> i & 1) {
            fprintf(out, "%s%s", separator, regions[i]);
            separator = ",";
        }
    }
}

void record_filters_describe(const struct record_filters *filters,
                             struct record_meta *meta)
{
    const struct record_filter_settings *settings = filters->settings;
    const struct named_ranges *named = &filters->named;
    const struct name_patterns *const all[] = {
        &named->functions, &named->modules,  &named->sources,
        &named->symbols,   &named->start_at, &named->stop_at,
    };
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (settings->heap) {
        record_meta_add(meta, "record.heap", "on");
    }
    if (out == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        put_patterns(out, all[i]);
    }
    put_numbers(out, "address", &settings->addresses, true);
    put_regions(out, filters->regions);
    put_numbers(out, "thread", &settings->threads, false);
    if (settings->skip > 0) {
        fprintf(out, " --skip=%" PRIu64, settings->skip);
    }
    if (settings->limit > 0) {
        fprintf(out, " --limit=%" PRIu64, settings->limit);
    }
    if (settings->sample != NULL) {
        fprintf(out, " --sample=%s", settings->sample);
    }
    if (fclose(out) == 0 && size > 1) {
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
