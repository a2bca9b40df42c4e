/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.h - the guest's system calls.
 */
#ifndef PLUGIN_CALLS_H
#define PLUGIN_CALLS_H

#include <stdint.h>

/**
 * calls_enter() - a thread enters the kernel
 * @vcpu_index: QEMU's
 * @number: of the call, the guest's
 * @args: 6 of them
 */
void calls_enter(unsigned vcpu_index, int64_t number, const uint64_t *args);

/** calls_leave() - it is back; not called for exit. */
void calls_leave(unsigned vcpu_index, int64_t number, int64_t result);

/**
 * calls_exit_status() - of the exit that this thread is making
 *
 * Return: the status; 0 where the process ends otherwise.
 */
uint64_t calls_exit_status(void);

#endif /* PLUGIN_CALLS_H */
