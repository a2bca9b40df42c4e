/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * made_code.c - see made_code.h.
 *
 * A line of a property is "TIME ADDRESS SIZE NAME", the numbers in hexadecimal
 * and the time in ticks, or 0 where it is not known.  Of a process that has
 * executed other programs the last one is meant.
 */
#include "made_code.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "symbols.h"

#define KEY "code."

struct made_entry {
    struct symbols_made made;
    size_t number; /* as listed: the order at equal times */
};

struct made_code {
    struct made_entry *list;
    size_t n;
    size_t room;
    size_t next; /* to be told */
};

/* What is cut out of a property, to be a name of its own. */
struct line {
    const char *at;
    const char *end;
};

bool made_code_is_key(const char *key)
{
    return strncmp(key, KEY, strlen(KEY)) == 0;
}

bool made_code_is_dump(const char *path)
{
    const char *name = symbols_last_part(path);
    size_t size = strlen(name);

    return !strncmp(name, "jit-", 4) && size > 9 &&
           !strcmp(name + size - 5, ".dump");
}

/* A number and the blank behind it. */
static bool take_number(struct line *line, uint64_t *out)
{
    char *end;

    *out = strtoull(line->at, &end, 16);
    if (end == line->at || end >= line->end || *end != ' ') {
        return false;
    }
    line->at = end + 1;
    return true;
}

static int compare_entries(const void *a, const void *b)
{
    const struct made_entry *left = a, *right = b;

    if (left->made.time != right->made.time) {
        return left->made.time < right->made.time ? -1 : 1;
    }
    return left->number < right->number ? -1 : left->number > right->number;
}

static int take_line(struct made_code *made, uint64_t pid, uint64_t start,
                     struct line line)
{
    struct made_entry *entry;
    uint64_t time, vaddr, size;

    if (!take_number(&line, &time) || !take_number(&line, &vaddr) ||
        !take_number(&line, &size) || line.at == line.end || size == 0 ||
        size - 1 > UINT64_MAX - vaddr) {
        return 0;
    }
    entry = array_add(made->list, made->n, made->room);
    if (!entry) {
        return MEMTRACE_ERR_NOMEM;
    }
    *entry = (struct made_entry){
        .made = {.pid = pid,
                 .time = time > start ? time : start,
                 .vaddr = vaddr,
                 .size_bytes = size,
                 .name = line.at,
                 .name_bytes = (size_t)(line.end - line.at)},
        .number = made->n - 1,
    };
    return 0;
}

/* When the last program of a process started. */
static uint64_t start_of(struct memtrace_reader *reader, uint64_t pid)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);

    for (int64_t i = n; i-- > 0;) {
        if (events[i].type == MEMTRACE_EVENT_PROCESS_START &&
            events[i].args[0] == pid) {
            return events[i].time;
        }
    }
    return 0;
}

static int take_property(struct made_code *made, struct memtrace_reader *reader,
                         const char *key, const char *value)
{
    uint64_t pid = strtoull(key + strlen(KEY), NULL, 10);
    uint64_t start = start_of(reader, pid);
    int error = 0;

    while (*value && !error) {
        const char *end = strchrnul(value, '\n');

        error = take_line(made, pid, start, (struct line){value, end});
        value = *end ? end + 1 : end;
    }
    return error;
}

int made_code_new(struct memtrace_reader *reader, struct made_code **out)
{
    struct made_code *made = calloc(1, sizeof(*made));
    int error = made ? 0 : MEMTRACE_ERR_NOMEM;
    const char *key, *value;

    for (size_t i = 0; !error && memtrace_meta_at(reader, i, &key, &value);
         i++) {
        if (made_code_is_key(key)) {
            error = take_property(made, reader, key, value);
        }
    }
    if (error) {
        made_code_free(made);
        made = NULL;
    } else if (made->n > 0) {
        qsort(made->list, made->n, sizeof(*made->list), compare_entries);
    }
    *out = made;
    return error;
}

void made_code_free(struct made_code *made)
{
    if (made) {
        free(made->list);
        free(made);
    }
}

int made_code_tell(struct made_code *made, struct symbols *symbols,
                   uint64_t time)
{
    int error = 0;

    while (made->next < made->n && made->list[made->next].made.time < time &&
           !error) {
        error = symbols_make(symbols, &made->list[made->next++].made)
                    ? MEMTRACE_ERR_NOMEM
                    : 0;
    }
    return error;
}
