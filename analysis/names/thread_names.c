/* SPDX-License-Identifier: GPL-2.0-or-later */
/* thread_names.c - see thread_names.h. */
#include "thread_names.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "key_map.h"

#define NO_ENTRY SIZE_MAX

/* @before: the name that the thread had till then, or NO_ENTRY. */
struct name_entry {
    uint64_t time;
    const char *name;
    size_t before;
    bool is_programs;
};

struct command_entry {
    uint64_t pid;
    uint64_t time;
    const char *command;
};

/*
 * @last: by thread: its last name, or NO_ENTRY
 * @tids: by PID and TID: the element of @owners with the thread that has them
 */
struct thread_names {
    struct memtrace_reader *reader;
    struct name_entry *entries;
    size_t n_entries;
    size_t room_entries;
    struct command_entry *commands;
    size_t n_commands;
    size_t room_commands;
    size_t *last;
    uint32_t n_threads;
    struct key_map tids;
    uint32_t *owners;
    size_t n_owners;
    size_t room_owners;
};

static uint64_t key_of(uint64_t pid, uint64_t tid)
{
    return pid << 32 | (uint32_t)tid;
}

/* TIDs are used again: the last thread that started with one has it. */
static int add_thread(struct thread_names *names,
                      const struct memtrace_event *event)
{
    uint32_t i =
        key_map_add(&names->tids, key_of(event->args[0], event->args[1]),
                    (uint32_t)names->n_owners);
    uint32_t *owner;

    if (i == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (i < names->n_owners) {
        names->owners[i] = event->thread;
        return 0;
    }
    owner = array_add(names->owners, names->n_owners, names->room_owners);
    if (!owner) {
        return MEMTRACE_ERR_NOMEM;
    }
    *owner = event->thread;
    return 0;
}

/* Whose name an event has; MEMTRACE_NO_THREAD: nobody's that is known. */
static uint32_t named_by(const struct thread_names *names,
                         const struct memtrace_event *event)
{
    const struct memtrace_thread *teller =
        memtrace_thread(names->reader, event->thread);
    uint32_t i;

    if (!teller || teller->tid == event->args[0]) {
        return teller ? event->thread : MEMTRACE_NO_THREAD;
    }
    i = key_map_find(&names->tids, key_of(teller->pid, event->args[0]));
    return i == KEY_MAP_NONE ? MEMTRACE_NO_THREAD : names->owners[i];
}

static int add_name(struct thread_names *names,
                    const struct memtrace_event *event)
{
    uint32_t thread = named_by(names, event);
    struct name_entry *entry;
    size_t *last;

    if (thread >= names->n_threads || !event->text) {
        return 0;
    }
    last = &names->last[thread];
    if (*last != NO_ENTRY &&
        strcmp(names->entries[*last].name, event->text) == 0) {
        return 0;
    }
    entry = array_add(names->entries, names->n_entries, names->room_entries);
    if (!entry) {
        return MEMTRACE_ERR_NOMEM;
    }
    *entry = (struct name_entry){
        .time = event->time, .name = event->text, .before = *last};
    *last = names->n_entries - 1;
    return 0;
}

static int add_command(struct thread_names *names, uint64_t pid, uint64_t time,
                       const char *command)
{
    struct command_entry *entry;

    if (!command) {
        return 0;
    }
    entry = array_add(names->commands, names->n_commands, names->room_commands);
    if (!entry) {
        return MEMTRACE_ERR_NOMEM;
    }
    *entry = (struct command_entry){pid, time, command};
    return 0;
}

/* The name that the first thread has when its command is told is its file's. */
static void mark_programs(struct thread_names *names, uint32_t thread)
{
    if (thread < names->n_threads && names->last[thread] != NO_ENTRY) {
        names->entries[names->last[thread]].is_programs = true;
    }
}

static int take(struct thread_names *names, const struct memtrace_event *event)
{
    const struct memtrace_thread *thread;

    switch (event->type) {
    case MEMTRACE_EVENT_THREAD_START:
        return add_thread(names, event);
    case MEMTRACE_EVENT_THREAD_NAME:
        return add_name(names, event);
    case MEMTRACE_EVENT_PROCESS_COMMAND:
        mark_programs(names, event->thread);
        return add_command(names, event->args[0], event->time, event->text);
    case MEMTRACE_EVENT_PROCESS_START:
        thread = memtrace_thread(names->reader, event->thread);
        thread = thread ? memtrace_thread(names->reader, thread->parent) : NULL;
        return thread && strcmp(event->text, "fork") == 0
                   ? add_command(
                         names, event->args[0], event->time,
                         thread_names_command(names, thread->pid, event->time))
                   : 0;
    default:
        return 0;
    }
}

int thread_names_new(struct memtrace_reader *reader, struct thread_names **out)
{
    struct thread_names *names = calloc(1, sizeof(*names));
    uint32_t n = memtrace_summary(reader)->n_threads;
    const struct memtrace_event *events;
    int64_t n_events = memtrace_events(reader, &events);
    int error = n_events < 0 ? (int)n_events : 0;

    *out = NULL;
    if (names) {
        names->reader = reader;
        names->n_threads = n;
        names->last = malloc((n + 1) * sizeof(*names->last));
    }
    if (!names || !names->last) {
        error = MEMTRACE_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < n && !error; i++) {
        names->last[i] = NO_ENTRY;
    }
    for (int64_t i = 0; i < n_events && !error; i++) {
        error = take(names, &events[i]);
    }
    if (error) {
        thread_names_free(names);
        return error;
    }
    *out = names;
    return 0;
}

void thread_names_free(struct thread_names *names)
{
    if (names) {
        free(names->entries);
        free(names->commands);
        free(names->last);
        free(names->owners);
        key_map_free(&names->tids);
        free(names);
    }
}

/* The entry of a time; before the first one, that. NULL: there is none. */
static const struct name_entry *entry_at(const struct thread_names *names,
                                         uint32_t thread, uint64_t time)
{
    const struct name_entry *entry = NULL;
    size_t i = thread < names->n_threads ? names->last[thread] : NO_ENTRY;

    for (; i != NO_ENTRY; i = names->entries[i].before) {
        entry = &names->entries[i];
        if (entry->time <= time) {
            break;
        }
    }
    return entry;
}

const char *thread_name_at(const struct thread_names *names, uint32_t thread,
                           uint64_t time)
{
    const struct name_entry *entry = entry_at(names, thread, time);

    return entry && *entry->name ? entry->name : NULL;
}

const char *thread_name_given(const struct thread_names *names, uint32_t thread,
                              uint64_t time)
{
    const char *name = thread_name_at(names, thread, time);

    for (size_t i = 0; name && i < names->n_entries; i++) {
        if (names->entries[i].is_programs &&
            strcmp(names->entries[i].name, name) == 0) {
            return NULL;
        }
    }
    return name;
}

const char *thread_names_command(const struct thread_names *names, uint64_t pid,
                                 uint64_t time)
{
    for (size_t i = names->n_commands; i-- > 0;) {
        if (names->commands[i].pid == pid && names->commands[i].time <= time) {
            return names->commands[i].command;
        }
    }
    return NULL;
}
