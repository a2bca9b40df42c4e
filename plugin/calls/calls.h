/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.h - the guest's system calls.
 */
#ifndef PLUGIN_CALLS_H
#define PLUGIN_CALLS_H

#include <stdint.h>

/**
 * calls_enter() - a thread enters the kernel
 * @vcpu_index: of this thread
 * @number: the guest's, of the call
 * @args: 6 of them
 */
void calls_enter(unsigned vcpu_index, int64_t number, const uint64_t *args);

/** calls_leave() - the call has returned to the thread that made it. */
void calls_leave(unsigned vcpu_index, int64_t number, int64_t result);

/**
 * calls_exit_status() - the status of the exit_group() that this thread is in
 *
 * Return: the status; 0 if it is in none.
 */
uint64_t calls_exit_status(void);

#endif /* PLUGIN_CALLS_H */
