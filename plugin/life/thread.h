/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread.h - the guest thread that runs on this host thread, and its slot of
 * the channel.
 */
#ifndef PLUGIN_THREAD_H
#define PLUGIN_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "producer.h"

/**
 * struct plugin_thread - state of a guest thread; its own thread alone reads
 * and writes it
 * @slot: never NULL: before the thread has its slot, one without room.
 *        Writer: thread.c
 * @own_pauses: SELECTION_PAUSE_THREAD where the thread is not to be recorded,
 *              or 0.  Writer: gate.c
 * @told_pauses: the pauses that its stream has last been told of; 0: it is
 *               recorded.  Writers: thread.c at the start, then gate.c
 */
struct plugin_thread {
    struct channel_slot *slot;
    uint32_t own_pauses;
    uint32_t told_pauses;
};

/* A guest thread is a host thread, in every QEMU. */
extern __attribute__((
    visibility("hidden"))) _Thread_local struct plugin_thread plugin_thread;

/** thread_is_known() - has this thread got its slot? */
bool thread_is_known(void);

#define THREAD_HOOKS 4

/**
 * thread_on_attach() - have a function called for each thread that starts
 * @hook: gets the thread's vCPU index; it runs on the thread itself, which has
 *        its slot by then and has recorded nothing
 *
 * To be called while the plugin is installed, at most THREAD_HOOKS times.
 * Hooks run in the order in which they were registered.  They do not run in
 * the child of a fork, whose thread goes on: see process_on_fork().
 */
void thread_on_attach(void (*hook)(unsigned vcpu_index));

/**
 * thread_attach() - give this thread its number and its slot
 * @vcpu_index: by which thread_announce() may have reserved a number
 *
 * Does nothing where the thread has them.
 */
void thread_attach(unsigned vcpu_index);

/**
 * thread_announce() - a thread is about to start
 * @vcpu_index: its index, reused after threads that ended
 *
 * Called on the starting thread where QEMU does that, so that numbers follow
 * the order of start and the parent is known.
 */
void thread_announce(unsigned vcpu_index);

/** thread_end() - this thread runs no guest code any more. */
void thread_end(uint64_t status);

/**
 * thread_after_fork() - in the child: the thread gets a number and a slot of
 * its own
 *
 * For process_on_fork(), before all that writes to the slot.
 */
void thread_after_fork(void);

#endif /* PLUGIN_THREAD_H */
