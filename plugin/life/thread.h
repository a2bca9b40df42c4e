/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread.h - the guest thread that runs on this host thread: its slot of the
 * channel, and the system call it is in.
 */
#ifndef PLUGIN_THREAD_H
#define PLUGIN_THREAD_H

#include "guest_calls.h"
#include "producer.h"

#define CALL_ARGS 6

/**
 * struct plugin_thread - state of a guest thread
 * @slot: never NULL: before the thread is known, a slot without room
 * @call: the system call it is in, where the plugin cares; NULL otherwise
 * @number: its number
 * @plain: what it is in effect, however it is made; not NULL while @call is not
 * @kind: by which its arguments are in @args, and what they are for
 * @args: the arguments of a call of that kind
 * @result_vaddr: where in memory the call puts its result; 0: nowhere
 * @block_vaddr, @block_words: memory that the arguments were in; 0: nowhere
 * @own_pauses: SELECTION_PAUSE_THREAD where it is not to be recorded, or 0
 * @told_pauses: why it is not recorded, as its stream has it; 0: it is
 */
struct plugin_thread {
    struct channel_slot *slot;
    const struct guest_call *call;
    int64_t number;
    const struct guest_call *plain;
    enum guest_call_kind kind;
    uint64_t args[CALL_ARGS];
    uint64_t result_vaddr;
    uint64_t block_vaddr;
    unsigned block_words;
    uint32_t own_pauses;
    uint32_t told_pauses;
};

/* A guest thread is a host thread, in every QEMU. */
extern __attribute__((
    visibility("hidden"))) _Thread_local struct plugin_thread plugin_thread;

/** thread_is_known() - has this thread got its slot? */
bool thread_is_known(void);

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

/** thread_after_fork() - in the child: it is a process and thread anew. */
void thread_after_fork(void);

#endif /* PLUGIN_THREAD_H */
