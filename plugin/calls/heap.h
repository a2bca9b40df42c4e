/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * heap.h - with heap=on: blocks of memory that the guest allocates and frees,
 * by following its malloc, free and their like.
 */
#ifndef PLUGIN_HEAP_H
#define PLUGIN_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "heap_functions.h"
#include "qemu_api.h"

/**
 * heap_check() - while the plugin is installed: can this QEMU do it?
 *
 * Return: NULL, or what is missing, in words that follow the option's name.
 */
const char *heap_check(void);

/**
 * heap_watch_block() - at translation: a function that allocates may return to
 * this block
 *
 * To be called for every block.
 */
void heap_watch_block(struct qemu_plugin_tb *tb);

/**
 * heap_watch_entry() - at translation: a function that allocates begins with
 * this instruction
 * @function: enum heap_function
 *
 * If this QEMU does not tell the registers of arguments, recording stops.
 */
void heap_watch_entry(struct qemu_plugin_insn *insn, unsigned function);

/**
 * heap_thread_attached() - this thread's vCPU is new, or was another's
 *
 * For thread_on_attach(), with heap=on.
 */
void heap_thread_attached(unsigned vcpu_index);

#endif /* PLUGIN_HEAP_H */
