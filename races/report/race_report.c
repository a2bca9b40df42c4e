/* SPDX-License-Identifier: GPL-2.0-or-later */
/* race_report.c - see race_report.h. */
#include "race_report.h"

#include <stdlib.h>
#include <string.h>

#include "creators.h"
#include "guest.h"
#include "thread_names.h"

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

/* The name of a call by its number, as one of the trace's events has it. */
static const char *call_name(struct memtrace_reader *reader, uint32_t number)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);

    for (int64_t i = 0; i < n; i++) {
        if (events[i].type == MEMTRACE_EVENT_SYSCALL &&
            events[i].args[0] == number) {
            return events[i].text;
        }
    }
    return "system call";
}

static uint32_t pid_of(const struct memtrace_reader *reader, uint32_t thread)
{
    const struct memtrace_thread *t = memtrace_thread(reader, thread);

    return t ? t->pid : 0;
}

static int name_side(struct memtrace_reader *reader,
                     const struct race_names *by, const struct race *race,
                     int side, struct race_code_place *out)
{
    const struct race_side *s = &race->sides[side];
    const struct memtrace_insn *insn = memtrace_insn(reader, s->insn);
    struct symbols_place at = {
        .pid = pid_of(reader, s->thread),
        .time = race->time,
    };

    *out = (struct race_code_place){.owner = {.class = CODE_USER}};
    if (s->is_kernel) {
        out->call = call_name(reader, s->insn);
        return 0;
    }
    if (!insn) {
        return 0;
    }
    at.vaddr = insn->pc;
    return race_code_name(by->symbols, by->rules, &at, out);
}

int race_report_is_atomic(struct memtrace_reader *reader,
                          const struct race_names *by, const struct race *race)
{
    const struct race_side *sides = race->sides;
    struct race_code_place places[2];
    struct trace_place memory;
    struct symbols_place data = {
        .pid = pid_of(reader, sides[1].thread),
        .time = race->time,
        .vaddr = race->vaddr,
    };
    int error = 0;

    for (int i = 0; i < 2 && !error; i++) {
        error = name_side(reader, by, race, i, &places[i]);
    }
    if (error || (places[0].owner.class == CODE_ATOMIC &&
                  places[1].owner.class == CODE_ATOMIC)) {
        return error ? error : 1;
    }
    /* A copy of a structure is of more than what is atomic. */
    if (!code_is_programs(places[0].owner.class) ||
        !code_is_programs(places[1].owner.class) ||
        sides[0].size != sides[1].size) {
        return 0;
    }
    error = trace_place_describe(by->symbols, &data, &memory);
    return error ? error
                 : race_is_declared_atomic(&(struct race_evidence){
                       .race = race,
                       .places = places,
                       .memory = &memory,
                   });
}

/* Why a race is left out; RACE_PAIR_REPORT where it is not. */
static enum race_pair left_out_by(struct memtrace_reader *reader,
                                  const struct race_names *by,
                                  const struct race_item *item)
{
    const struct trace_place *memory = &item->memory;
    bool is_of_file =
        memory->kind == TRACE_PLACE_DATA && strchr(memory->file, '/');
    struct race_evidence evidence = {
        .race = item->race,
        .places = item->places,
        .memory = memory,
        .data = is_of_file
                    ? code_owner_of_file(by->rules, memory->file, false).class
                    : CODE_USER,
        .guest = guest_find(memtrace_meta(reader, "guest.arch")),
    };

    for (int i = 0; i < 2; i++) {
        const struct race_side *side = &item->race->sides[i];

        evidence.insns[i] =
            side->is_kernel ? NULL : memtrace_insn(reader, side->insn);
    }
    return race_left_out_by(&evidence);
}

static bool is_same_place(const struct race_code_place *a,
                          const struct race_code_place *b)
{
    if (!is_same_text(a->call, b->call) ||
        !is_same_text(a->module, b->module) ||
        !is_same_text(a->function, b->function)) {
        return false;
    }
    return a->line && b->line
               ? a->line == b->line && is_same_text(a->source, b->source)
               : a->pc == b->pc;
}

static bool is_same_pair(const struct race_item *a, const struct race_item *b)
{
    return (is_same_place(&a->places[0], &b->places[0]) &&
            is_same_place(&a->places[1], &b->places[1])) ||
           (is_same_place(&a->places[0], &b->places[1]) &&
            is_same_place(&a->places[1], &b->places[0]));
}

static bool is_same_item(const struct race_item *a, const struct race_item *b)
{
    return a->race->kind == b->race->kind && is_same_pair(a, b) &&
           is_same_text(a->memory.data.variable, b->memory.data.variable);
}

/* How bad: two stores are worse than one, the program's memory comes first. */
static unsigned weight(const struct race_item *item)
{
    const struct race_side *sides = item->race->sides;

    return (item->race->kind == RACE_PLAIN ? 4 : 0) +
           (sides[0].is_store && sides[1].is_store ? 2 : 0) +
           (item->places[0].line && item->places[1].line ? 1 : 0);
}

static int compare_items(const void *a, const void *b)
{
    const struct race_item *left = a, *right = b;

    if (weight(left) != weight(right)) {
        return weight(left) > weight(right) ? -1 : 1;
    }
    if (left->count != right->count) {
        return left->count > right->count ? -1 : 1;
    }
    if (left->race->time != right->race->time) {
        return left->race->time < right->race->time ? -1 : 1;
    }
    return left->race < right->race ? -1 : left->race > right->race;
}

/* Of a race at the same places the worse kind is shown. */
static void unite(struct race_item *into, const struct race_item *item)
{
    uint64_t count = into->count + item->count;

    if (weight(item) > weight(into)) {
        *into = *item;
    }
    into->count = count;
}

/* What the threads synchronised through, if it is memory. */
static int name_last_sync(struct memtrace_reader *reader,
                          struct symbols *symbols, const struct race *race,
                          struct trace_place *out)
{
    struct symbols_place at = {
        .pid = pid_of(reader, race->sides[1].thread),
        .time = race->time,
        .vaddr = race->last_sync.vaddr,
    };

    return race->last_sync.kind == RACE_SYNC_WORD
               ? trace_place_describe(symbols, &at, out)
               : 0;
}

static int add(struct race_report *report, struct memtrace_reader *reader,
               const struct race *race, const struct race_names *by,
               bool has_internal)
{
    struct race_item item = {.race = race, .count = race->count};
    struct symbols_place data = {
        .pid = pid_of(reader, race->sides[1].thread),
        .time = race->time,
        .vaddr = race->vaddr,
    };
    enum race_pair pair = RACE_PAIR_REPORT;
    int error = trace_place_describe(by->symbols, &data, &item.memory);

    if (!error) {
        error = trace_block_describe(report->blocks, by->symbols, &data,
                                     &item.block);
    }
    if (!error) {
        error = name_last_sync(reader, by->symbols, race, &item.last_sync);
    }
    for (int i = 0; i < 2 && !error; i++) {
        error = name_side(reader, by, race, i, &item.places[i]);
    }
    if (error) {
        return error;
    }
    if (!has_internal) {
        pair = left_out_by(reader, by, &item);
    }
    if (pair != RACE_PAIR_REPORT) {
        report->n_internal++;
        return race_left_outs_add(&report->left_out, pair, item.places);
    }
    for (size_t i = 0; i < report->n; i++) {
        if (is_same_item(&report->items[i], &item)) {
            unite(&report->items[i], &item);
            return 0;
        }
    }
    report->items[report->n++] = item;
    return 0;
}

/* Each thread is looked for but once. */
static int name_creators(struct memtrace_reader *reader,
                         const struct race_names *by,
                         struct race_report *report)
{
    uint32_t n_threads = memtrace_summary(reader)->n_threads;
    struct {
        struct race_code_place place;
        bool is_known;
    } *creators = calloc((size_t)n_threads + 1, sizeof(*creators));
    int error = creators ? 0 : MEMTRACE_ERR_NOMEM;

    for (size_t i = 0; i < 2 * report->n && !error; i++) {
        struct race_item *item = &report->items[i / 2];
        uint32_t thread = item->race->sides[i % 2].thread;

        if (thread < n_threads && !creators[thread].is_known) {
            error = race_creation_find(reader, by->symbols, by->rules, thread,
                                       &creators[thread].place);
            creators[thread].is_known = true;
        }
        if (thread < n_threads) {
            item->creators[i % 2] = creators[thread].place;
        }
        item->thread_names[i % 2] =
            thread_name_given(report->names, thread, THREAD_NAMES_LAST);
    }
    free(creators);
    return error;
}

int race_report_make(struct memtrace_reader *reader, const struct races *races,
                     const struct race_names *by, bool has_internal,
                     struct race_report *report)
{
    int error = 0;

    *report = (struct race_report){.n = 0};
    error = allocations_new(reader, &report->blocks);
    if (!error) {
        error = thread_names_new(reader, &report->names);
    }
    if (error) {
        return error;
    }
    report->items = calloc(races->n_races + 1, sizeof(*report->items));
    if (!report->items) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < races->n_races && !error; i++) {
        error = add(report, reader, &races->races[i], by, has_internal);
    }
    if (report->n) {
        qsort(report->items, report->n, sizeof(*report->items), compare_items);
    }
    race_left_outs_sort(&report->left_out);
    return error ? error : name_creators(reader, by, report);
}

void race_report_free(struct race_report *report)
{
    allocations_free(report->blocks);
    report->blocks = NULL;
    thread_names_free(report->names);
    report->names = NULL;
    race_left_outs_free(&report->left_out);
    free(report->items);
    report->items = NULL;
}
