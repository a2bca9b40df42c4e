/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regions.h - what kind of memory a mapping is: heap, stack, data of a program
 * or library, or other.  Nothing is done unless regions are selected.
 */
#ifndef PLUGIN_REGIONS_H
#define PLUGIN_REGIONS_H

#include <stdint.h>

#include "thread.h"

/** regions_map() - something is mapped; see mappings_add(). */
void regions_map(uint64_t vaddr, uint64_t size, int prot, int flags,
                 const char *file);
void regions_unmap(uint64_t vaddr, uint64_t size);

/** regions_clone() - a thread may be started: its stack is a stack. */
void regions_clone(const struct plugin_thread *thread);

#endif /* PLUGIN_REGIONS_H */
