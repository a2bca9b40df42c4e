/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regions.h - what kind of memory each page is: heap, stack, data of a program
 * or library, or other.  Does nothing unless only some of these are recorded.
 *
 * All functions are called under guest_map_lock().  Where there is no memory,
 * recording stops.
 */
#ifndef PLUGIN_REGIONS_H
#define PLUGIN_REGIONS_H

#include <stdint.h>

#include "guest.h"

/** regions_map() - memory is mapped; arguments as of guest_map_add(). */
void regions_map(uint64_t vaddr, uint64_t size, int prot, int flags,
                 const char *file);
void regions_unmap(uint64_t vaddr, uint64_t size);

/**
 * regions_set_stack() - a thread may be started with a stack of its own
 * @clone: how
 *
 * What of the mapping is the stack's becomes one.
 */
void regions_set_stack(const struct guest_clone *clone);

#endif /* PLUGIN_REGIONS_H */
