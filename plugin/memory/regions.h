/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regions.h - what kind of memory a mapping is: heap, stack, data of a program
 * or library, or other.  Nothing is done unless regions are selected.
 */
#ifndef PLUGIN_REGIONS_H
#define PLUGIN_REGIONS_H

#include <stdint.h>

/** regions_map() - something is mapped; see guest_map_add(). */
void regions_map(uint64_t vaddr, uint64_t size, int prot, int flags,
                 const char *file);
void regions_unmap(uint64_t vaddr, uint64_t size);

/**
 * regions_set_stack() - a thread may be started: its stack is a stack
 * @end: where the stack begins to grow down from
 */
void regions_set_stack(uint64_t end);

#endif /* PLUGIN_REGIONS_H */
