/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mappings.c - see mappings.h: what analysis/memory has, to be shown.
 */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mappings.h"
#include "memory_map.h"

int mappings_is_change(const struct memtrace_event *event)
{
    return event->type == MEMTRACE_EVENT_PROCESS_START ||
           event->type == MEMTRACE_EVENT_MAP ||
           event->type == MEMTRACE_EVENT_UNMAP ||
           event->type == MEMTRACE_EVENT_PROTECT;
}

/* Neighbours that differ in nothing are shown as one, as the kernel does. */
static bool joins(const struct mapping *last, const struct memory_mapping *next)
{
    return last->last + 1 == next->first && last->prot == next->prot &&
           last->flags == next->flags && !strcmp(last->file, next->file) &&
           (!*next->file ||
            last->offset + (next->first - last->first) == next->offset);
}

static int add_mapping(void *context, const struct memory_mapping *mapping)
{
    struct mapping_process *process = context;
    struct mapping *added;

    if (process->n && joins(&process->mappings[process->n - 1], mapping)) {
        process->mappings[process->n - 1].last = mapping->last;
        return 0;
    }
    added = array_add(process->mappings, process->n, process->room);
    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = (struct mapping){
        .first = mapping->first,
        .last = mapping->last,
        .prot = mapping->prot,
        .flags = mapping->flags,
        .offset = mapping->offset,
        .file = mapping->file,
    };
    return 0;
}

int mappings_replay(struct memtrace_reader *reader, struct mappings *out)
{
    struct memory_map *map = NULL;
    int error = memory_map_replay(reader, &map);

    *out = (struct mappings){NULL, 0, 0};
    for (size_t i = 0; !error && i < memory_map_n_processes(map); i++) {
        struct mapping_process *process =
            array_add(out->processes, out->n, out->room);

        if (!process) {
            error = MEMTRACE_ERR_NOMEM;
            break;
        }
        *process = (struct mapping_process){.pid = memory_map_pid(map, i)};
        error = memory_map_each_last(map, i, add_mapping, process);
    }
    memory_map_free(map);
    return error;
}

void mappings_free(struct mappings *mappings)
{
    for (size_t i = 0; i < mappings->n; i++) {
        free(mappings->processes[i].mappings);
    }
    free(mappings->processes);
}
