/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_spaces.c - see memory_spaces.h. */
#include "memory_spaces.h"

#include <stdlib.h>

#define MOST_THREADS ((size_t)1 << 20)

/* @seen: set to the numbers of processes by their pids. */
static int number_threads(struct race_spaces *spaces,
                          const struct memtrace_reader *reader,
                          struct key_map *seen)
{
    size_t n = memtrace_summary(reader)->n_threads;
    int error = 0;

    if (n > MOST_THREADS) {
        return MEMTRACE_ERR_LIMIT;
    }
    spaces->by_thread = calloc(n + 1, sizeof(*spaces->by_thread));
    spaces->pids = calloc(n + 1, sizeof(*spaces->pids));
    if (!spaces->by_thread || !spaces->pids) {
        return MEMTRACE_ERR_NOMEM;
    }
    spaces->n_threads = n;
    for (size_t i = 0; i < n && !error; i++) {
        const struct memtrace_thread *thread =
            memtrace_thread(reader, (uint32_t)i);
        uint32_t pid = thread ? thread->pid : 0;
        uint32_t space = key_map_add(seen, pid, (uint32_t)spaces->n_pids);

        if (space == KEY_MAP_NONE) {
            error = MEMTRACE_ERR_NOMEM;
        } else if (space == spaces->n_pids) {
            spaces->pids[spaces->n_pids++] = pid;
            error = space + 1 < RACE_MOST_SPACES ? 0 : MEMTRACE_ERR_LIMIT;
        }
        spaces->by_thread[i] = space + 1;
    }
    return error;
}

int race_spaces_open(struct race_spaces *spaces, struct memtrace_reader *reader)
{
    struct key_map processes = {.room = 0};
    int error;

    *spaces = (struct race_spaces){.n_threads = 0};
    error = number_threads(spaces, reader, &processes);
    if (!error) {
        error = race_shared_open(&spaces->shared, reader, &processes,
                                 (uint64_t)1 << RACE_VADDR_BITS);
    }
    key_map_free(&processes);
    return error;
}

void race_spaces_close(struct race_spaces *spaces)
{
    free(spaces->by_thread);
    free(spaces->pids);
    race_shared_close(&spaces->shared);
}

/* The number of a thread's process. */
static uint32_t process_of(const struct race_spaces *spaces, uint32_t thread)
{
    return spaces->by_thread[thread] - 1;
}

struct race_place race_place_shared(const struct race_spaces *spaces,
                                    uint32_t thread, uint64_t time,
                                    uint64_t vaddr)
{
    uint32_t process = process_of(spaces, thread);
    struct race_place place = {.space = RACE_SPACE_SHARED};

    if (!race_shared_find(&spaces->shared, process, spaces->pids[process], time,
                          vaddr, &place.vaddr)) {
        place = (struct race_place){spaces->by_thread[thread], vaddr};
    }
    return place;
}

bool race_place_varies(const struct race_spaces *spaces, uint32_t thread,
                       uint64_t vaddr)
{
    return spaces->shared.map &&
           race_shared_varies(&spaces->shared, process_of(spaces, thread),
                              vaddr);
}

uint64_t race_place_address(const struct race_spaces *spaces, uint32_t thread,
                            uint64_t time, struct race_place place,
                            uint64_t except)
{
    uint64_t vaddr = 0;

    if (place.space != RACE_SPACE_SHARED) {
        return place.space == spaces->by_thread[thread] && place.vaddr != except
                   ? place.vaddr
                   : 0;
    }
    return race_shared_address(&spaces->shared, process_of(spaces, thread),
                               time, place.vaddr, except, &vaddr)
               ? vaddr
               : 0;
}
