/* SPDX-License-Identifier: GPL-2.0-or-later */
/* creators.c - see creators.h. */
#include "creators.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "order_calls.h"
#include "symbols.h"

/* Accesses before the clone that are looked at. */
#define MOST_LOOKED_AT 8192

/* The event of the call that started a thread; NULL where it is not found. */
static const struct memtrace_event *
find_call(struct memtrace_reader *reader, const struct memtrace_thread *thread)
{
    const struct memtrace_event *events;
    const struct memtrace_event *call = NULL, *found = NULL;
    int64_t n = memtrace_events(reader, &events);

    for (int64_t i = 0; i < n; i++) {
        const struct memtrace_event *event = &events[i];

        if (event->thread != thread->parent) {
            continue;
        }
        if (event->type == MEMTRACE_EVENT_SYSCALL) {
            call = event;
        } else if (event->type == MEMTRACE_EVENT_SYSCALL_RETURN && call &&
                   (race_call_kind(call) & CALL_CLONES) &&
                   event->args[1] == thread->tid &&
                   call->time <= thread->start_time) {
            found = call;
        }
    }
    return found;
}

/* Instructions of a thread's last accesses before a position, oldest first. */
struct tail {
    uint32_t insns[MOST_LOOKED_AT];
    uint64_t n; /* that came by: a ring */
};

static int read_tail(const struct memtrace_reader *reader, uint64_t block,
                     uint64_t position, struct tail *tail)
{
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    int result = memtrace_cursor_open_block(reader, &cursor);

    if (result == 0) {
        result = memtrace_cursor_seek(cursor, block);
    }
    while (result == 0 && memtrace_cursor_next(cursor, &batch) > 0) {
        for (size_t i = 0; i < batch.n_accesses && batch.first + i < position;
             i++) {
            tail->insns[tail->n++ % MOST_LOOKED_AT] = batch.accesses[i].insn;
        }
    }
    memtrace_cursor_close(cursor);
    /* A damaged block is only one that says nothing. */
    return result == MEMTRACE_ERR_NOMEM ? result : 0;
}

/* The blocks with the accesses before a position: that one, and one more. */
static int read_tails(struct memtrace_reader *reader,
                      const struct memtrace_event *call, struct tail *tail)
{
    uint64_t first =
        call->position > MOST_LOOKED_AT ? call->position - MOST_LOOKED_AT : 0;
    int error = 0;

    for (uint64_t i = 0; i < memtrace_summary(reader)->n_blocks && !error;
         i++) {
        const struct memtrace_block *block = memtrace_block(reader, i);

        if (block->thread == call->thread && block->first < call->position &&
            block->first + block->n_accesses > first) {
            error = read_tail(reader, i, call->position, tail);
        }
    }
    return error;
}

/*
 * Is the place in another file than the code that made the call?  If so, and
 * that was libc's, then it is not libc's.
 */
static bool is_apart(const struct race_code_place *place,
                     const struct race_code_place *call)
{
    return place->module && call->module &&
           strcmp(place->module, call->module) != 0;
}

/*
 * The last that is neither libc's nor of the C++ run-time: with a line, or else
 * in a file that is not libc's.  An older one with a line says nothing.  Of a
 * static program without lines there is no telling.
 */
static int search_tail(struct memtrace_reader *reader, struct symbols *symbols,
                       const struct code_rules *rules, const struct tail *tail,
                       struct symbols_place *at, struct race_code_place *out)
{
    struct race_code_place call = {.pc = 0};
    uint32_t last = 0;
    int error = 0;

    for (uint64_t i = 1; i <= tail->n && i <= MOST_LOOKED_AT && !error; i++) {
        uint32_t number = tail->insns[(tail->n - i) % MOST_LOOKED_AT];
        const struct memtrace_insn *insn = memtrace_insn(reader, number);
        struct race_code_place place = {.pc = 0};

        if (!insn || number == last) {
            continue;
        }
        last = number;
        at->vaddr = insn->pc;
        error = race_code_name_own(symbols, rules, at, &place);
        if (!call.pc) {
            call = place;
        }
        if (!error && race_code_is_own(&place) &&
            (place.line || is_apart(&place, &call))) {
            *out = place;
            break;
        }
    }
    return error;
}

/* What was executed goes on in the process of the thread that executed it. */
static const struct memtrace_thread *
before_exec(const struct memtrace_reader *reader, uint32_t number)
{
    const struct memtrace_thread *thread = memtrace_thread(reader, number);

    while (thread && thread->parent < thread->number) {
        const struct memtrace_thread *parent =
            memtrace_thread(reader, thread->parent);

        if (!parent || parent->tid != thread->tid ||
            parent->pid != thread->pid) {
            break;
        }
        thread = parent;
    }
    return thread;
}

int race_creation_find(struct memtrace_reader *reader, struct symbols *symbols,
                       const struct code_rules *rules, uint32_t thread,
                       struct race_code_place *out)
{
    const struct memtrace_thread *t = before_exec(reader, thread);
    const struct memtrace_event *call = t ? find_call(reader, t) : NULL;
    const struct memtrace_thread *parent =
        call ? memtrace_thread(reader, call->thread) : NULL;
    struct symbols_place at = {.pid = 0};
    struct tail *tail;
    int error;

    *out = (struct race_code_place){.pc = 0};
    if (!parent) {
        return 0;
    }
    tail = calloc(1, sizeof(*tail));
    if (!tail) {
        return MEMTRACE_ERR_NOMEM;
    }
    at.pid = parent->pid;
    at.time = call->time;
    error = read_tails(reader, call, tail);
    if (!error) {
        error = search_tail(reader, symbols, rules, tail, &at, out);
    }
    free(tail);
    return error;
}
