/* SPDX-License-Identifier: GPL-2.0-or-later */
/* race_report.c - see race_report.h. */
#include "race_report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "creators.h"
#include "code_class.h"
#include "guest.h"

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

int race_code_name(struct symbols *symbols, const struct symbols_place *at,
                   struct race_code_place *out, enum race_code *kind)
{
    struct symbols_code code = {.n_frames = 0};
    int error = symbols_code(symbols, at, &code);

    out->pc = at->vaddr;
    *kind = race_code_kind(&code);
    if (error) {
        return error == -ENOENT ? 0 : MEMTRACE_ERR_NOMEM;
    }
    out->module = code.module;
    out->module_offset = code.module_offset;
    if (code.n_frames) {
        out->function = code.frames[0].function;
        out->source = code.frames[0].source;
        out->line = code.frames[0].line;
    }
    return 0;
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

static int name_side(struct memtrace_reader *reader, struct symbols *symbols,
                     const struct race *race, int side,
                     struct race_code_place *out, enum race_code *kind)
{
    const struct race_side *s = &race->sides[side];
    const struct memtrace_insn *insn = memtrace_insn(reader, s->insn);
    struct symbols_place at = {
        .pid = pid_of(reader, s->thread),
        .time = race->time,
    };

    *out = (struct race_code_place){.pc = 0};
    *kind = RACE_CODE_USER;
    if (s->is_kernel) {
        out->call = call_name(reader, s->insn);
        return 0;
    }
    if (!insn) {
        return 0;
    }
    at.vaddr = insn->pc;
    return race_code_name(symbols, &at, out, kind);
}

/* libgomp's blocks are libc's again when it has freed them. */
static bool is_of_runtime(enum race_code kind)
{
    return kind == RACE_CODE_RUNTIME || kind == RACE_CODE_INTERNAL;
}

static bool is_of_libc(enum race_code kind)
{
    return kind != RACE_CODE_USER && kind != RACE_CODE_NAMELESS &&
           kind != RACE_CODE_RUNTIME && kind != RACE_CODE_ALLOCATOR &&
           kind != RACE_CODE_ATOMIC;
}

/*
 * Where strings end nobody looks at: what is loaded there, in one go with the
 * string, is not raced for.
 */
static bool scans(struct memtrace_reader *reader, const struct race_side *side,
                  enum race_code kind)
{
    const struct memtrace_insn *insn = memtrace_insn(reader, side->insn);
    const struct guest *guest = guest_find(memtrace_meta(reader, "guest.arch"));

    if (side->is_kernel || side->is_store || side->size < 8 || !insn) {
        return false;
    }
    return kind == RACE_CODE_SCANNER ||
           ((kind == RACE_CODE_LIBC || kind == RACE_CODE_NAMELESS) && guest &&
            guest->scans && guest->scans(insn->bytes, insn->size));
}

/* What the compiler made of an access to an _Atomic object, not memcpy(). */
static bool is_plain_atomic(const struct race_item *item,
                            const enum race_code kinds[2])
{
    const struct race_side *sides = item->race->sides;

    return item->memory.data.is_atomic && !sides[0].is_kernel &&
           !sides[1].is_kernel && kinds[0] == RACE_CODE_USER &&
           kinds[1] == RACE_CODE_USER;
}

int race_report_is_atomic(struct memtrace_reader *reader,
                          struct symbols *symbols, const struct race *race)
{
    const struct race_side *sides = race->sides;
    struct race_item item = {.race = race};
    struct symbols_place data = {
        .pid = pid_of(reader, sides[1].thread),
        .time = race->time,
        .vaddr = race->vaddr,
    };
    enum race_code kinds[2];
    int error = 0;

    for (int i = 0; i < 2 && !error; i++) {
        error = name_side(reader, symbols, race, i, &item.places[i], &kinds[i]);
    }
    if (error || (kinds[0] == kinds[1] && kinds[0] == RACE_CODE_ATOMIC)) {
        return error ? error : 1;
    }
    /* A copy of a structure is of more than what is atomic. */
    if (kinds[0] != kinds[1] || kinds[0] != RACE_CODE_USER ||
        sides[0].size != sides[1].size) {
        return 0;
    }
    error = trace_place_describe(symbols, &data, &item.memory);
    return error ? error : is_plain_atomic(&item, kinds);
}

/*
 * Libraries' own business.  That both are of libc says nothing: what memcpy()
 * copies is the program's.  It does where the data is libc's as well, where
 * both functions are ones that touch nothing else, and, of functions without a
 * name, where it is most likely a mutex or the like.  Where libc is in the
 * program and nothing has a name, a condition variable is told by its layout.
 */
static bool is_internal(struct memtrace_reader *reader,
                        const struct race_item *item,
                        const enum race_code kinds[2])
{
    const struct trace_place *memory = &item->memory;
    bool has_names = item->places[0].function && item->places[1].function;
    const char *slash = strrchr(memory->file, '/');
    struct symbols_code owner = {.module = memory->file};
    enum race_code data = memory->kind == TRACE_PLACE_DATA && slash
                              ? race_code_kind(&owner)
                              : RACE_CODE_USER;

    if (kinds[0] == RACE_CODE_LOADER || kinds[1] == RACE_CODE_LOADER) {
        return true;
    }
    if (scans(reader, &item->race->sides[0], kinds[0]) ||
        scans(reader, &item->race->sides[1], kinds[1])) {
        return true;
    }
    if (kinds[0] == kinds[1] &&
        (kinds[0] == RACE_CODE_ALLOCATOR || kinds[0] == RACE_CODE_ATOMIC)) {
        return true;
    }
    if (is_of_runtime(kinds[0]) && is_of_runtime(kinds[1])) {
        return true;
    }
    /* Its memset(). */
    if ((kinds[0] == RACE_CODE_RUNTIME && is_of_libc(kinds[1])) ||
        (kinds[1] == RACE_CODE_RUNTIME && is_of_libc(kinds[0]))) {
        return true;
    }
    if (is_plain_atomic(item, kinds)) {
        return true;
    }
    if (item->race->is_in_condition && !item->places[0].function &&
        !item->places[1].function) {
        return true;
    }
    return is_of_libc(kinds[0]) && is_of_libc(kinds[1]) &&
           (is_of_libc(data) || memory->kind == TRACE_PLACE_TLS ||
            (!has_names && item->race->is_beside_sync));
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

static int add(struct race_report *report, struct memtrace_reader *reader,
               const struct race *race, struct symbols *symbols,
               bool has_internal)
{
    struct race_item item = {.race = race, .count = race->count};
    struct symbols_place data = {
        .pid = pid_of(reader, race->sides[1].thread),
        .time = race->time,
        .vaddr = race->vaddr,
    };
    enum race_code kinds[2];
    int error = trace_place_describe(symbols, &data, &item.memory);

    if (!error) {
        error =
            trace_block_describe(report->blocks, symbols, &data, &item.block);
    }
    for (int i = 0; i < 2 && !error; i++) {
        error = name_side(reader, symbols, race, i, &item.places[i], &kinds[i]);
    }
    if (error) {
        return error;
    }
    if (!has_internal && is_internal(reader, &item, kinds)) {
        report->n_internal++;
        return 0;
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
                         struct symbols *symbols, struct race_report *report)
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
            error = race_creation_find(reader, symbols, thread,
                                       &creators[thread].place);
            creators[thread].is_known = true;
        }
        if (thread < n_threads) {
            item->creators[i % 2] = creators[thread].place;
        }
    }
    free(creators);
    return error;
}

int race_report_make(struct memtrace_reader *reader, const struct races *races,
                     struct symbols *symbols, bool has_internal,
                     struct race_report *report)
{
    int error = 0;

    *report = (struct race_report){.n = 0};
    error = allocations_new(reader, &report->blocks);
    if (error) {
        return error;
    }
    report->items = calloc(races->n_races + 1, sizeof(*report->items));
    if (!report->items) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < races->n_races && !error; i++) {
        error = add(report, reader, &races->races[i], symbols, has_internal);
    }
    if (report->n) {
        qsort(report->items, report->n, sizeof(*report->items), compare_items);
    }
    return error ? error : name_creators(reader, symbols, report);
}

void race_report_free(struct race_report *report)
{
    allocations_free(report->blocks);
    report->blocks = NULL;
    free(report->items);
    report->items = NULL;
}
