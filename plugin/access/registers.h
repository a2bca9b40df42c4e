/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * registers.h - the guest's registers by their names in QEMU, which are those
 * of its GDB stub.
 */
#ifndef PLUGIN_REGISTERS_H
#define PLUGIN_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

struct qemu_plugin_register;

/**
 * registers_find() - a register by its name
 *
 * On the thread of a vCPU, while it translates.
 *
 * Return: what all vCPUs know it by, or NULL where QEMU does not tell it.
 */
struct qemu_plugin_register *registers_find(const char *name);

/**
 * registers_read() - the value of a register that is as wide as an address
 *
 * In a callback that may read registers.  Return: whether it could be read.
 */
bool registers_read(struct qemu_plugin_register *handle, uint64_t *value);

#endif /* PLUGIN_REGISTERS_H */
