/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order_calls.h - what the system calls of a trace synchronise.
 */
#ifndef ORDER_CALLS_H
#define ORDER_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "guest_calls.h"
#include "memtrace.h"

/** race_call_kind() - Return: CALL_ flags of what it does, 0 for other calls.
 */
unsigned race_call_kind(const struct memtrace_event *event);

/**
 * struct race_futex - a futex call
 * @words: n_words addresses
 * @waits: takes from the words when it returns; else gives to them before
 */
struct race_futex {
    uint64_t words[2];
    unsigned n_words;
    bool waits;
};

/** race_call_futex() - look into a CALL_FUTEX event. */
void race_call_futex(const struct memtrace_event *event,
                     struct race_futex *futex);

/**
 * race_call_cleared_word() - the word that the kernel clears and wakes when a
 *                            thread ends: the one that a clone starts, or who
 *                            calls set_tid_address()
 * @guest: the guest's architecture, NULL where it is not known
 *
 * Return: its address, 0 where there is none or where it is not known.
 */
uint64_t race_call_cleared_word(const struct guest *guest,
                                const struct memtrace_event *event);

#define RACE_TARGETS 3

/**
 * race_call_target() - Return: whom a CALL_SIGNALS signals, as a number
 * @sender: whose call it is; timers signal its process
 */
uint64_t race_call_target(const struct memtrace_event *event,
                          const struct memtrace_thread *sender);

/** race_call_handles_ends() - does a call set a handler for SIGCHLD? */
bool race_call_handles_ends(const struct guest *guest,
                            const struct memtrace_event *event);

/** race_process_target() - Return: the number of a process. */
uint64_t race_process_target(uint32_t pid);

/** race_call_targets() - the numbers by which a thread may be signalled. */
void race_call_targets(const struct memtrace_thread *thread,
                       uint64_t targets[RACE_TARGETS]);

/** race_call_object() - Return: what its descriptor is, 0 where unknown. */
uint64_t race_call_object(const struct memtrace_event *event);

#endif /* ORDER_CALLS_H */
