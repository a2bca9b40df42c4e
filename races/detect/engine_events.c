/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine_events.c - what events do to the order of threads: system calls, ends,
 * new memory, gaps; see engine.h.
 */
#include "order_calls.h"
#include "engine.h"

/* All objects that are neither memory nor of a known descriptor. */
#define ANY_OBJECT 0

static int words_call(struct race_engine *engine, uint32_t thread,
                      const uint64_t *words, unsigned n, bool gives)
{
    struct race_thread *t = &engine->threads[thread];
    int error = 0;

    for (unsigned i = 0; i < n && !error; i++) {
        uint32_t syncs[2];
        int n_syncs = race_words_at(engine, thread, words[i], syncs);

        error = n_syncs < 0 ? n_syncs : 0;
        for (int k = 0; k < n_syncs && !error; k++) {
            error = gives ? race_sync_give(&engine->syncs, syncs[k], thread,
                                           &t->clock)
                          : race_list_add(&t->takes, syncs[k]);
        }
    }
    return error;
}

/* To the object of a descriptor; where it is unknown, to any of them. */
static int give_object(struct race_engine *engine, uint32_t thread,
                       uint64_t object)
{
    int error = race_thread_give(engine, thread, RACE_SYNC_OBJECTS, ANY_OBJECT);

    return error ? error
                 : race_thread_give(engine, thread, RACE_SYNC_OBJECT, object);
}

static int take_object(struct race_engine *engine, uint32_t thread,
                       uint64_t object)
{
    /* Who wrote to one that is unknown may have written to this. */
    int error = race_thread_take(engine, thread, RACE_SYNC_OBJECT, 0);

    if (error) {
        return error;
    }
    return object ? race_thread_take(engine, thread, RACE_SYNC_OBJECT, object)
                  : race_thread_take(engine, thread, RACE_SYNC_OBJECTS,
                                     ANY_OBJECT);
}

/* Before the kernel does it: what the thread gives. */
static int enter_call(struct race_engine *engine, uint32_t thread,
                      const struct memtrace_event *event)
{
    struct race_thread *t = &engine->threads[thread];
    unsigned kind = race_call_kind(event);
    int error = 0;

    t->call = event;
    for (size_t i = 0; i < t->piece.n_loads && !error; i++) {
        error = race_kernel_access(engine, thread, t->piece.loads[i]);
    }
    if (error) {
        return error;
    }
    if (kind & CALL_CLONES) {
        return race_starts_give(engine, thread, event);
    }
    if (kind & CALL_CLEARS) {
        return race_thread_own(
            engine, thread, race_call_cleared_word(engine->scan->guest, event));
    }
    if (kind & CALL_FUTEX) {
        struct race_futex futex;

        race_call_futex(event, &futex);
        if (futex.waits) {
            return 0;
        }
        error = words_call(engine, thread, futex.words, futex.n_words, true);
    } else if (kind & CALL_RELEASES) {
        error = give_object(engine, thread, race_call_object(event));
    } else if (kind & CALL_CLOSES) {
        uint64_t object = race_call_object(event);

        error = object ? give_object(engine, thread, object) : 0;
    } else if (kind & CALL_SIGNALS) {
        error = race_thread_give(
            engine, thread, RACE_SYNC_SIGNAL,
            race_call_target(event, memtrace_thread(engine->reader, thread)));
    } else {
        return 0;
    }
    return error ? error : race_thread_advance(engine, thread);
}

/* The end of a process is the end of all its threads. */
static int take_end(struct race_engine *engine, uint32_t thread, uint64_t pid)
{
    int error = 0;

    for (uint32_t i = 0; i < engine->n_threads && !error; i++) {
        const struct memtrace_thread *other =
            memtrace_thread(engine->reader, i);

        if (other && other->pid == pid && engine->threads[i].has_started) {
            error = race_thread_follow(engine, thread, i);
        }
    }
    return error;
}

/* The kernel has done it: what the thread learns, once. */
static int leave_call(struct race_engine *engine, uint32_t thread)
{
    struct race_thread *t = &engine->threads[thread];
    const struct memtrace_event *event = t->call;
    unsigned kind = event ? race_call_kind(event) : 0;
    int error = 0;

    t->call = NULL;
    if (kind & CALL_FUTEX) {
        struct race_futex futex;

        race_call_futex(event, &futex);
        if (futex.waits) {
            error =
                words_call(engine, thread, futex.words, futex.n_words, false);
            error = error ? error : race_thread_take_list(engine, thread);
        }
    }
    if (!error && kind & CALL_AWAITS_END) {
        error = race_thread_take(engine, thread, RACE_SYNC_OBJECT, 0);
    }
    if (!error && kind & CALL_ACQUIRES) {
        error = take_object(engine, thread, race_call_object(event));
    }
    if (!error && kind & CALL_POLLS) {
        error = race_thread_take(engine, thread, RACE_SYNC_OBJECTS, ANY_OBJECT);
    }
    return error;
}

static int returned(struct race_engine *engine, uint32_t thread,
                    const struct memtrace_event *event)
{
    unsigned kind = race_call_kind(event);
    int error = leave_call(engine, thread);

    if (!error && kind & CALL_WAITS && (int64_t)event->args[1] > 0) {
        error = take_end(engine, thread, event->args[1]);
    }
    return error;
}

/*
 * With a process the kernel closes its descriptors, as who reads from the
 * other end of a pipe sees, and tells its parent.  Which they are is unknown.
 * Where the parent does not handle the signal it learns nothing by it.
 */
static int end_process(struct race_engine *engine, uint32_t thread,
                       const struct memtrace_thread *facts)
{
    uint64_t target;
    int error = engine->processes[engine->threads[thread].space].n_threads > 1
                    ? take_end(engine, thread, facts->pid)
                    : 0;

    if (!error) {
        error = give_object(engine, thread, 0);
    }
    if (!error && race_signals_parent(engine, facts, &target)) {
        error = race_thread_give(engine, thread, RACE_SYNC_SIGNAL, target);
    }
    return error;
}

static int end_thread(struct race_engine *engine, uint32_t thread)
{
    const struct memtrace_thread *facts =
        memtrace_thread(engine->reader, thread);
    const uint64_t word = engine->threads[thread].own_word;
    struct race_process *process =
        &engine->processes[engine->threads[thread].space];
    int error = word ? words_call(engine, thread, &word, 1, true) : 0;

    /* Of one process nobody is left to learn of its end. */
    if (++process->n_ended == process->n_threads && !error && facts &&
        engine->spaces->n_pids > 1) {
        error = end_process(engine, thread, facts);
    }
    error = error ? error : race_thread_own(engine, thread, 0);
    return error ? error : race_thread_advance(engine, thread);
}

static void new_memory(struct race_engine *engine, uint32_t thread,
                       const struct memtrace_event *event)
{
    uint32_t space = race_space(engine->spaces, thread, event->args[0]);

    /* Another process may go on using what this one unmaps. */
    if (space != 0) {
        race_shadow_forget(engine->shadow, space, event->args[0],
                           event->args[1]);
    }
}

static void forget_all(struct race_engine *engine)
{
    engine->races->n_lost++;
    race_shadow_forget_all(engine->shadow);
    for (size_t i = 0; i < engine->n_threads; i++) {
        struct race_thread *t = &engine->threads[i];

        /* What was made before and is still to be done is forgotten, too. */
        if (t->is_delayed) {
            t->resume = t->piece.n;
        }
    }
}

/*
 * What orders threads may be missing as well: nothing is told till they are
 * all recorded again, and nothing of what was before.
 */
static void pause_thread(struct race_engine *engine, uint32_t thread,
                         bool is_paused)
{
    struct race_thread *t = &engine->threads[thread];

    if (t->is_paused != is_paused) {
        t->is_paused = is_paused;
        engine->n_paused += is_paused ? 1 : (size_t)-1;
        forget_all(engine);
    }
}

/* A block of the heap is new, whoever had it before. */
static void new_block(struct race_engine *engine, uint32_t thread,
                      const struct memtrace_event *event)
{
    if (event->args[1] != MEMTRACE_KEPT_SIZE && event->args[1]) {
        race_shadow_forget(engine->shadow,
                           race_space(engine->spaces, thread, event->args[0]),
                           event->args[0], event->args[1]);
    }
}

int race_event(struct race_engine *engine, uint32_t thread,
               const struct memtrace_event *event)
{
    int error = 0;

    switch (event->type) {
    case MEMTRACE_EVENT_SYSCALL:
        return enter_call(engine, thread, event);
    case MEMTRACE_EVENT_SYSCALL_RETURN:
        return returned(engine, thread, event);
    case MEMTRACE_EVENT_KERNEL_ACCESS:
        if (event->args[2]) {
            error = leave_call(engine, thread);
        }
        return error ? error : race_kernel_access(engine, thread, event);
    case MEMTRACE_EVENT_ALLOCATE:
        new_block(engine, thread, event);
        return 0;
    case MEMTRACE_EVENT_PAUSE:
    case MEMTRACE_EVENT_RESUME:
        pause_thread(engine, thread, event->type == MEMTRACE_EVENT_PAUSE);
        return 0;
    case MEMTRACE_EVENT_THREAD_END:
        pause_thread(engine, thread, false);
        return end_thread(engine, thread);
    case MEMTRACE_EVENT_MAP:
    case MEMTRACE_EVENT_UNMAP:
        new_memory(engine, thread, event);
        return 0;
    case MEMTRACE_EVENT_LOST:
        /*
         * What was lost may have ordered anything before this place, and
         * nothing behind it.
         */
        forget_all(engine);
        return 0;
    default:
        return 0;
    }
}
