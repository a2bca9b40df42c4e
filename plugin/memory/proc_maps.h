/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_maps.h - the kernel's list of this process's mappings.
 */
#ifndef PLUGIN_PROC_MAPS_H
#define PLUGIN_PROC_MAPS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct proc_mapping - a line of /proc/self/maps
 * @start, @end: host addresses
 * @prot: PROT_ bits, of the host
 * @offset: in the file
 * @inode: of the file; 0: there is none
 * @name: path or "[...]" or ""; owned by the list
 */
struct proc_mapping {
    uint64_t start;
    uint64_t end;
    int prot;
    uint64_t offset;
    uint64_t inode;
    const char *name;
};

struct proc_maps {
    struct proc_mapping *list;
    size_t n;
    char *text;
};

/** proc_maps_read() - Return: 0, or -1; free with proc_maps_free(). */
int proc_maps_read(struct proc_maps *maps);
void proc_maps_free(struct proc_maps *maps);

#endif /* PLUGIN_PROC_MAPS_H */
