/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate.h - the filter that each access passes: by address, thread, time and
 * number of accesses.
 *
 * Only if such a filter was given do instructions get callbacks that use the
 * gate.  When the first access of a thread is left out, the thread says so in
 * its stream, and again when one is recorded.
 */
#ifndef PLUGIN_GATE_H
#define PLUGIN_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "plugin_recording.h"
#include "thread.h"

/* Was such a filter given?  Writer: gate_init(); then constant. */
extern __attribute__((visibility("hidden"))) bool gate_is_used;

/*
 * Why no thread of this process is recorded: bits of enum selection_pause.
 * Writers: any thread, by gate_start() and gate_stop().
 */
extern
    __attribute__((visibility("hidden"))) _Atomic(uint32_t) gate_process_pauses;

/* Why this thread is not recorded now: bits of enum selection_pause, or 0. */
static inline uint32_t gate_pauses(void)
{
    return atomic_load_explicit(&gate_process_pauses, memory_order_relaxed) |
           atomic_load_explicit(&plugin_recording.channel->gate.pauses,
                                memory_order_relaxed) |
           plugin_thread.own_pauses;
}

/**
 * gate_is_closed() - is an access of this thread left out, with no more to do?
 *
 * True while the thread is paused and its stream says so.  This is the fast
 * path of a paused thread; skipped accesses are not on it, as they are counted.
 */
static inline bool gate_is_closed(void)
{
    uint32_t pauses = gate_pauses();

    return pauses == plugin_thread.told_pauses &&
           (pauses & ~SELECTION_PAUSE_SKIP) != 0;
}

/** gate_init() - while the plugin is installed, when the selection is known. */
void gate_init(void);

/**
 * gate_admits() - does an access of this thread pass the gate?
 * @vcpu_index: of this thread
 *
 * Counts the access if accesses are counted, and tells the stream if this one
 * begins or ends a pause.
 */
bool gate_admits(unsigned vcpu_index, uint64_t vaddr, uint64_t size);

/**
 * gate_admits_call() - does an access that a system call makes pass?
 *
 * It is not counted.
 */
bool gate_admits_call(uint64_t vaddr, uint64_t size);

/** gate_start(), gate_stop() - callbacks of functions that start or stop. */
void gate_start(unsigned vcpu_index, void *userdata);
void gate_stop(unsigned vcpu_index, void *userdata);

/**
 * gate_thread_attached() - find out whether this thread is recorded
 *
 * For thread_on_attach().
 */
void gate_thread_attached(unsigned vcpu_index);

/**
 * gate_after_fork() - the same in the child, whose thread has another number
 *
 * For process_on_fork().
 */
void gate_after_fork(void);

#endif /* PLUGIN_GATE_H */
