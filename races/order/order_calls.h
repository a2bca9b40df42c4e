/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order_calls.h - what the system calls of a trace synchronise.
 */
#ifndef ORDER_CALLS_H
#define ORDER_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "memtrace.h"

/* What a call does to the order of threads, or-ed. */
enum race_call_kind {
    RACE_CALL_FUTEX = 0x001,
    RACE_CALL_CLONE = 0x002,    /* and fork: starts a thread */
    RACE_CALL_WAIT = 0x008,     /* for the end of a process */
    RACE_CALL_RELEASES = 0x010, /* to readers of the same object */
    RACE_CALL_ACQUIRES = 0x020, /* from writers to the same object */
    RACE_CALL_POLLS = 0x040,    /* acquires from all objects */
    RACE_CALL_SIGNAL = 0x080,   /* sends one */
    RACE_CALL_SLEEPS = 0x100,   /* or lets others run */
    RACE_CALL_DUP = 0x200,      /* closes its object, releases as close() */
    /* For a signal, which may be SIGCHLD: the end of a process. */
    RACE_CALL_AWAITS_SIGNAL = 0x400,
    RACE_CALL_CLEARS = 0x800, /* names the word that its thread's end clears */
};

/** race_call_kind() - Return: enum race_call_kind, 0 for other calls. */
unsigned race_call_kind(const struct memtrace_event *event);

/**
 * struct race_futex - a futex call
 * @words: n_words addresses
 * @waits: acquires from the words when it returns; else it releases to them
 *         when it is entered
 */
struct race_futex {
    uint64_t words[2];
    unsigned n_words;
    bool waits;
};

/** race_call_futex() - decode a RACE_CALL_FUTEX event. */
void race_call_futex(const struct memtrace_event *event,
                     struct race_futex *futex);

/**
 * race_call_cleared_word() - the word that the kernel clears and wakes when a
 *                            thread ends: the one that a clone starts, or who
 *                            calls set_tid_address()
 * @arch: the guest's name
 *
 * Return: its address, 0 where there is none or where it cannot be told.
 */
uint64_t race_call_cleared_word(const char *arch,
                                const struct memtrace_event *event);

#define RACE_TARGETS 3

/**
 * race_call_target() - Return: whom a RACE_CALL_SIGNAL signals, as a number
 * @sender: whose call it is; timers signal its process
 */
uint64_t race_call_target(const struct memtrace_event *event,
                          const struct memtrace_thread *sender);

/** race_call_handles_ends() - does it say how to handle a child's signal? */
bool race_call_handles_ends(const struct memtrace_event *event);

/** race_process_target() - Return: the number of a process. */
uint64_t race_process_target(uint32_t pid);

/** race_call_targets() - the numbers by which a thread may be signalled. */
void race_call_targets(const struct memtrace_thread *thread,
                       uint64_t targets[RACE_TARGETS]);

/** race_call_object() - Return: what its descriptor is, 0 where unknown. */
uint64_t race_call_object(const struct memtrace_event *event);

#endif /* ORDER_CALLS_H */
