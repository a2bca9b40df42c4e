/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evicted.c - see evicted.h. */
#include "evicted.h"

#include <string.h>

void evicted_head_put(uint8_t *p, const struct evicted_head *head)
{
    put_le32(p + EVICTED_THREAD, head->thread);
    put_le32(p + EVICTED_N_EVENTS, head->n_events);
    put_le64(p + EVICTED_FIRST, head->first);
    put_le64(p + EVICTED_START_TIME, head->start_time);
    put_le64(p + EVICTED_END_TIME, head->end_time);
    put_le64(p + EVICTED_N_ACCESSES, head->n_accesses);
    put_le64(p + EVICTED_N_STORES, head->n_stores);
    put_le64(p + EVICTED_N_ATOMICS, head->n_atomics);
    put_le64(p + EVICTED_N_LOST, head->n_lost);
}

int evicted_head_get(const uint8_t *p, size_t size, struct evicted_head *head)
{
    if (size < EVICTED_HEAD_BYTES) {
        return MEMTRACE_ERR_CORRUPT;
    }
    head->thread = get_le32(p + EVICTED_THREAD);
    head->n_events = get_le32(p + EVICTED_N_EVENTS);
    head->first = get_le64(p + EVICTED_FIRST);
    head->start_time = get_le64(p + EVICTED_START_TIME);
    head->end_time = get_le64(p + EVICTED_END_TIME);
    head->n_accesses = get_le64(p + EVICTED_N_ACCESSES);
    head->n_stores = get_le64(p + EVICTED_N_STORES);
    head->n_atomics = get_le64(p + EVICTED_N_ATOMICS);
    head->n_lost = get_le64(p + EVICTED_N_LOST);
    if (head->thread >= LIMIT_THREADS ||
        head->n_accesses > UINT64_MAX - head->first ||
        head->n_stores > head->n_accesses ||
        head->n_atomics > head->n_accesses) {
        return MEMTRACE_ERR_CORRUPT;
    }
    return 0;
}

struct access_head evicted_base(const struct evicted_head *head)
{
    return (struct access_head){
        .thread = head->thread,
        .first = head->first,
        .start_time = head->start_time,
        .n_accesses = head->n_accesses,
    };
}

bool evicted_keeps(const struct memtrace_event *event)
{
    switch (event->type) {
    case MEMTRACE_EVENT_PROCESS_START:
    case MEMTRACE_EVENT_THREAD_START:
    case MEMTRACE_EVENT_THREAD_END:
    case MEMTRACE_EVENT_MAP:
    case MEMTRACE_EVENT_UNMAP:
    case MEMTRACE_EVENT_PROTECT:
    case MEMTRACE_EVENT_PAUSE:
    case MEMTRACE_EVENT_RESUME:
    case MEMTRACE_EVENT_ALLOCATE:
    case MEMTRACE_EVENT_FREE:
    case MEMTRACE_EVENT_THREAD_NAME:
    case MEMTRACE_EVENT_PROCESS_COMMAND:
    case MEMTRACE_EVENT_FILE:
        return true;
    case MEMTRACE_EVENT_SYSCALL:
    case MEMTRACE_EVENT_SYSCALL_RETURN:
        /* They tell of a thread's stack and thread-local storage. */
        return strncmp(event->text, "clone", 5) == 0;
    default:
        return false;
    }
}
