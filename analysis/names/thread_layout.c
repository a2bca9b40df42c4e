/* SPDX-License-Identifier: GPL-2.0-or-later */
/* thread_layout.c - see thread_layout.h. */
#include "thread_layout.h"

#include "guest_calls.h"

#define CLONE_VM 0x100

/* How far is looked: from the start of a program, and back from clone(). */
#define EVENTS_TO_CLONE (1 << 20)
#define EVENTS_FROM_MAP 65536

static uint64_t pid_of(const struct memtrace_reader *reader, uint32_t number)
{
    const struct memtrace_thread *thread = memtrace_thread(reader, number);

    return thread ? thread->pid : 0;
}

/* The end of the memory that holds an address, by the event that mapped it. */
static uint64_t mapped_end(const struct memtrace_reader *reader,
                           const struct memtrace_event *events, int64_t call,
                           uint64_t vaddr)
{
    uint64_t pid = pid_of(reader, events[call].thread);
    int64_t last = call > EVENTS_FROM_MAP ? call - EVENTS_FROM_MAP : 0;

    for (int64_t i = call; i-- > last;) {
        const struct memtrace_event *event = &events[i];

        if (event->type == MEMTRACE_EVENT_MAP &&
            vaddr - event->args[0] < event->args[1] &&
            pid_of(reader, event->thread) == pid) {
            return event->args[0] + event->args[1];
        }
    }
    return 0;
}

/* Return: whether a call of clone() starts a thread with such memory. */
static bool read_clone(const struct memtrace_reader *reader,
                       const struct guest *guest,
                       const struct memtrace_event *events, int64_t call,
                       struct thread_layout *out)
{
    struct guest_clone clone;
    uint64_t end;

    guest_clone_read(guest, events[call].args + 1, &clone);
    if (!(clone.flags & CLONE_VM) || clone.word <= clone.stack) {
        return false;
    }
    end = mapped_end(reader, events, call, clone.stack);
    if (end <= clone.word) {
        return false; /* the word is elsewhere: musl's is one for all */
    }
    *out = (struct thread_layout){
        .before = clone.word - clone.stack,
        .behind = end - clone.word,
        .has_pointer = clone.tls != 0,
        .pointer = clone.tls - clone.word,
    };
    return true;
}

bool thread_layout_find(struct memtrace_reader *reader,
                        const struct guest *guest, int64_t from,
                        struct thread_layout *out)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);
    uint64_t pid = from < n ? pid_of(reader, events[from].thread) : 0;

    for (int64_t i = from + 1; i < n && i < from + EVENTS_TO_CLONE; i++) {
        const struct memtrace_event *event = &events[i];
        const struct guest_call *call = NULL;

        if (pid_of(reader, event->thread) != pid) {
            continue;
        }
        if (event->type == MEMTRACE_EVENT_PROCESS_START) {
            break; /* another program */
        }
        if (event->type == MEMTRACE_EVENT_SYSCALL && event->text) {
            call = guest_call_named(event->text);
        }
        if (call && call->kind == GUEST_CALL_CLONE &&
            read_clone(reader, guest, events, i, out)) {
            return true;
        }
    }
    return false;
}
