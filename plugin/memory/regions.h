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

/** regions_map() - memory is mapped; arguments as of guest_map_add(). */
void regions_map(uint64_t vaddr, uint64_t size, int prot, int flags,
                 const char *file);
void regions_unmap(uint64_t vaddr, uint64_t size);

/**
 * regions_set_stack() - a thread may be started with a stack that ends at @end
 *
 * The mapping that this is in becomes a stack, up to there.
 */
void regions_set_stack(uint64_t end);

#endif /* PLUGIN_REGIONS_H */
