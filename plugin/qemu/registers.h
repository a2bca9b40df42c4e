/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * registers.h - what the calling convention of the guest has in registers:
 * arguments, results, where a function returns to.
 */
#ifndef PLUGIN_REGISTERS_H
#define PLUGIN_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

struct qemu_plugin_register;

#define REGISTERS_ARGS 3

/**
 * struct registers_entry - a function that has just been called
 * @args: its first arguments, as words of the guest's size
 * @return_to: address it will return to
 * @stack: what the stack pointer will be then
 */
struct registers_entry {
    uint64_t args[REGISTERS_ARGS];
    uint64_t return_to;
    uint64_t stack;
};

/**
 * registers_prepare() - learn where this QEMU has the guest's registers
 *
 * On the thread of a vCPU, while it translates.  Thread safe.
 *
 * Return: whether it tells all that is needed here.
 */
bool registers_prepare(void);

/**
 * registers_find() - a register by its name in QEMU
 *
 * On the thread of a vCPU, while it translates.
 *
 * Return: for registers_read(), or NULL where QEMU does not tell it.
 */
struct qemu_plugin_register *registers_find(const char *name);

/** registers_read() - Return: whether it could be read, in such a callback. */
bool registers_read(struct qemu_plugin_register *handle, uint64_t *value);

/*
 * The others only where registers_prepare() said yes, in callbacks that may
 * read registers.
 */

/**
 * registers_entry() - the state before a function's first instruction
 *
 * Return: whether it could be read.
 */
bool registers_entry(struct registers_entry *entry);

/** registers_stack() - Return: whether the stack pointer could be read. */
bool registers_stack(uint64_t *stack);

/** registers_result() - Return: whether a function's result could be read. */
bool registers_result(uint64_t *result);

#endif /* PLUGIN_REGISTERS_H */
