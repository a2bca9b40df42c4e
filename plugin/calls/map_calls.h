/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * map_calls.h - follows the system calls that map, unmap and protect memory.
 */
#ifndef PLUGIN_MAP_CALLS_H
#define PLUGIN_MAP_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "current_call.h"

/** map_calls_concern() - must the call be bracketed by enter and leave? */
bool map_calls_concern(const struct current_call *current);

/**
 * map_calls_enter() - before a system call that maps, or forks
 *
 * Takes the lock of guest_map.h, which is held till map_calls_leave().
 */
void map_calls_enter(const struct current_call *current);

/**
 * map_calls_leave() - after the call
 * @result: what the guest gets
 */
void map_calls_leave(const struct current_call *current, int64_t result);

#endif /* PLUGIN_MAP_CALLS_H */
