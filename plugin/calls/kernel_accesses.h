/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_accesses.h - what system calls read and write in the guest's memory.
 */
#ifndef PLUGIN_KERNEL_ACCESSES_H
#define PLUGIN_KERNEL_ACCESSES_H

#include <stdint.h>

#include "current_call.h"

/**
 * kernel_accesses_enter() - tell the recorder what a call reads
 * @current: the call that this thread is in
 *
 * That is what the kernel reads if the call succeeds, and may read less of.
 */
void kernel_accesses_enter(const struct current_call *current);

/**
 * kernel_accesses_leave() - tell the recorder what the call has written
 * @result: what the guest gets; if it is an error, nothing was written
 *
 * To be called by the thread that called kernel_accesses_enter().
 */
void kernel_accesses_leave(const struct current_call *current, int64_t result);

#endif /* PLUGIN_KERNEL_ACCESSES_H */
