/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * map_calls.h - follows the system calls that map, unmap and protect memory,
 * keeps the map of writable pages true, and tells the recorder.
 */
#ifndef PLUGIN_MAP_CALLS_H
#define PLUGIN_MAP_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "thread.h"

/** mappings_concern() - must its call be bracketed by enter and leave? */
bool mappings_concern(const struct plugin_thread *thread);

/**
 * mappings_enter() - before a system call that maps, or forks
 *
 * Takes the lock of the map, which is held till mappings_leave(), so that
 * the changes are applied in the order in which the kernel made them.
 */
void mappings_enter(const struct plugin_thread *thread);

/**
 * mappings_leave() - after the call
 * @result: what the guest gets
 */
void mappings_leave(const struct plugin_thread *thread, int64_t result);

/** mappings_add() - a mapping that no system call has shown. */
void mappings_add(uint64_t vaddr, uint64_t size, int prot, int flags,
                  uint64_t offset, const char *file);

/** mappings_guess_brk() - where the heap will start, if no brk(0) tells. */
void mappings_guess_brk(uint64_t vaddr);

/** mappings_after_fork() - in the child: the lock is held by nobody else. */
void mappings_after_fork(void);

#endif /* PLUGIN_MAP_CALLS_H */
