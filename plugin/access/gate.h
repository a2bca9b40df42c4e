/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate.h - what is decided at the access itself, where the recording is of
 * some addresses, threads or times alone.
 *
 * Instructions have the callbacks that ask here only where such an option was
 * given.  A thread of which accesses are left out tells so in its stream, at
 * the first one and when it is recorded again.
 */
#ifndef PLUGIN_GATE_H
#define PLUGIN_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "plugin_recording.h"
#include "thread.h"

/* Has the gate anything to decide?  Constant after gate_init(). */
extern __attribute__((visibility("hidden"))) bool gate_is_used;

/* Bits of enum selection_pause, of this process; set by START and STOP. */
extern
    __attribute__((visibility("hidden"))) _Atomic(uint32_t) gate_process_pauses;

/* Why this thread is not recorded at this moment. */
static inline uint32_t gate_pauses(void)
{
    return atomic_load_explicit(&gate_process_pauses, memory_order_relaxed) |
           atomic_load_explicit(&plugin_recording.channel->gate.pauses,
                                memory_order_relaxed) |
           plugin_thread.own_pauses;
}

/**
 * gate_is_closed() - is nothing of this thread recorded, and has it said so?
 *
 * The quick answer while recording is paused.
 */
static inline bool gate_is_closed(void)
{
    uint32_t pauses = gate_pauses();

    return pauses == plugin_thread.told_pauses &&
           (pauses & ~SELECTION_PAUSE_SKIP) != 0;
}

/** gate_init() - once the selection is known. */
void gate_init(void);

/**
 * gate_admits() - is an access recorded that would be without the gate?
 * @vcpu_index: of this thread
 *
 * Counts it, where accesses are counted.
 */
bool gate_admits(unsigned vcpu_index, uint64_t vaddr, uint64_t size);

/** gate_admits_call() - the same of a system call's; it is not counted. */
bool gate_admits_call(uint64_t vaddr, uint64_t size);

/** gate_start(), gate_stop() - to be run where recording starts, or stops. */
void gate_start(unsigned vcpu_index, void *userdata);
void gate_stop(unsigned vcpu_index, void *userdata);

/** gate_thread_attached() - is this thread recorded? For thread_on_attach(). */
void gate_thread_attached(unsigned vcpu_index);

/**
 * gate_after_fork() - the same in the child, whose thread has another number
 *
 * For process_on_fork().
 */
void gate_after_fork(void);

#endif /* PLUGIN_GATE_H */
