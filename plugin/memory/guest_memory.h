/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_memory.h - reading the guest's memory as its kernel would.
 */
#ifndef PLUGIN_GUEST_MEMORY_H
#define PLUGIN_GUEST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Host address minus guest address.  Writer: initial_map.c at the first
 * translation, before the guest runs.
 */
extern __attribute__((visibility("hidden"))) uint64_t guest_base;

/**
 * guest_memory_read() - copy from the guest's memory
 *
 * By the kernel, which raises no signal where nothing is mapped.  If it refuses
 * to read at all, recording stops.  Thread safe.
 *
 * Return: whether all of it was read.
 */
bool guest_memory_read(uint64_t vaddr, void *data, size_t size);

/**
 * guest_memory_words() - read words of the guest's size and byte order
 * @words: n of them, at most 6
 *
 * Return: whether all were read; otherwise none is set.
 */
bool guest_memory_words(uint64_t vaddr, uint64_t *words, size_t n);

/**
 * guest_memory_number() - bytes as a number, in the byte order of the guest
 * @data: @size of them, at most 8
 */
uint64_t guest_memory_number(const uint8_t *data, size_t size);

#endif /* PLUGIN_GUEST_MEMORY_H */
