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
 * @device: of the file: its major number << 20 | its minor number
 * @inode: of the file; 0: there is none
 * @name: path or "[...]" or ""; owned by the list.  Newlines in it are
 * newlines, and of a deleted file it is the path that it had
 */
struct proc_mapping {
    uint64_t start;
    uint64_t end;
    int prot;
    uint64_t offset;
    uint64_t device;
    uint64_t inode;
    const char *name;
};

/* @list: n of them, by address; @text: what their names point into */
struct proc_maps {
    struct proc_mapping *list;
    size_t n;
    char *text;
};

/**
 * proc_maps_read() - what the kernel has mapped for this process now
 *
 * Return: 0, to be freed with proc_maps_free(); -1 with errno, and nothing to
 * be freed.
 */
int proc_maps_read(struct proc_maps *maps);

/**
 * proc_maps_parse() - take the text of such a file apart
 * @text: from malloc(), taken over, also where this fails
 *
 * A line that is none is left out.
 *
 * Return: as above.
 */
int proc_maps_parse(struct proc_maps *maps, char *text);

void proc_maps_free(struct proc_maps *maps);

#endif /* PLUGIN_PROC_MAPS_H */
