/* SPDX-License-Identifier: GPL-2.0-or-later */
/* race_creation.c - see race_creation.h. */
#include "race_creation.h"

#include <stdlib.h>
#include <string.h>

#include "race_calls.h"

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
                   (race_call_kind(call) & RACE_CALL_CLONE) &&
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

/* What starts threads for others, with code of its own before the clone. */
static const char *const starters[] = {"libstdc++.", "libc++.", NULL};

static bool is_starter(const char *module)
{
    const char *slash = strrchr(module, '/');
    const char *name = slash ? slash + 1 : module;

    for (size_t i = 0; starters[i]; i++) {
        if (!strncmp(name, starters[i], strlen(starters[i]))) {
            return true;
        }
    }
    return false;
}

static bool ends_in_plt(const char *function)
{
    static const char end[] = "@plt";
    size_t length = function ? strlen(function) : 0;

    return length >= sizeof(end) - 1 &&
           !strcmp(function + length - (sizeof(end) - 1), end);
}

/* An entry of the linkage table, or its head, which has no name. */
static bool is_linkage(struct symbols *symbols, const struct symbols_place *at)
{
    struct symbols_code code = {.n_frames = 0};

    return symbols_code(symbols, at, &code) == 0 &&
           ends_in_plt(code.n_frames ? code.frames[0].function : code.after);
}

/*
 * Of code without a line nothing tells the program from a libc within it.  But
 * where libc is a file of its own, which is where the clone was made, the first
 * code of another file called it.
 */
static bool is_creator(struct symbols *symbols, const struct symbols_place *at,
                       const struct race_code_place *place, const char *cloner)
{
    return place->line ||
           (place->module && cloner && strcmp(place->module, cloner) != 0 &&
            !is_starter(place->module) && !is_linkage(symbols, at));
}

int race_creation_find(struct memtrace_reader *reader, struct symbols *symbols,
                       uint32_t thread, struct race_code_place *out)
{
    const struct memtrace_thread *t = memtrace_thread(reader, thread);
    const struct memtrace_event *call = t ? find_call(reader, t) : NULL;
    struct tail *tail;
    const char *cloner = NULL;
    uint32_t last = 0;
    int error;

    *out = (struct race_code_place){.pc = 0};
    if (!call) {
        return 0;
    }
    tail = calloc(1, sizeof(*tail));
    if (!tail) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = read_tails(reader, call, tail);
    for (uint64_t i = 1; i <= tail->n && i <= MOST_LOOKED_AT && !error; i++) {
        uint32_t number = tail->insns[(tail->n - i) % MOST_LOOKED_AT];
        const struct memtrace_insn *insn = memtrace_insn(reader, number);
        struct symbols_place at = {
            .pid = t->pid, .time = call->time, .vaddr = insn ? insn->pc : 0};
        struct race_code_place place = {.pc = 0};
        enum race_code kind = RACE_CODE_LIBC;

        if (insn && number != last) {
            error = race_code_name(symbols, &at, &place, &kind);
        }
        last = number;
        if (i == 1) {
            cloner = place.module;
        }
        if (!error && kind == RACE_CODE_USER &&
            is_creator(symbols, &at, &place, cloner)) {
            *out = place;
            break;
        }
    }
    free(tail);
    return error;
}
