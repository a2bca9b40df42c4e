/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * function_entry.h - what a function was called with and what it returned, by
 * the calling convention of the guest.
 */
#ifndef PLUGIN_FUNCTION_ENTRY_H
#define PLUGIN_FUNCTION_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#define FUNCTION_ARGS 3

/**
 * struct function_entry - a function that has just been called
 * @args: its first arguments, as words of the guest's size
 * @return_to: address it will return to
 * @stack: what the stack pointer will be then
 */
struct function_entry {
    uint64_t args[FUNCTION_ARGS];
    uint64_t return_to;
    uint64_t stack;
};

/**
 * function_entry_prepare() - learn where this QEMU has the registers
 *
 * On the thread of a vCPU, while it translates.  Thread safe.
 *
 * Return: whether it tells all that is needed here.
 */
bool function_entry_prepare(void);

/*
 * The others only where function_entry_prepare() said yes, in callbacks that
 * may read registers.
 */

/**
 * function_entry_read() - the state before a function's first instruction
 *
 * Return: whether it could be read.
 */
bool function_entry_read(struct function_entry *entry);

/** function_entry_stack() - Return: whether the stack pointer could be read. */
bool function_entry_stack(uint64_t *stack);

/** function_entry_result() - Return: whether the result could be read. */
bool function_entry_result(uint64_t *result);

#endif /* PLUGIN_FUNCTION_ENTRY_H */
