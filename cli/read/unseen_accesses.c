/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unseen_accesses.c - see unseen_accesses.h. */
#include "unseen_accesses.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "memtrace.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "units.h"

#define UNSEEN "unseen."
#define PART "part."

bool unseen_accesses_next(const struct memtrace_reader *reader, size_t *place,
                          struct unseen_accesses *unseen)
{
    const char *key;
    const char *value;

    while (memtrace_meta_at(reader, (*place)++, &key, &value)) {
        if (!strncmp(key, UNSEEN, strlen(UNSEEN)) && strcmp(value, "0") != 0) {
            const char *name = key + strlen(UNSEEN);

            unseen->is_part = !strncmp(name, PART, strlen(PART));
            unseen->name = name + (unseen->is_part ? strlen(PART) : 0);
            unseen->count = value;
            return true;
        }
    }
    return false;
}

/* Counts stand in the trace as text; group the digits where it is a number. */
static const char *count_text(const char *count, char text[UNITS_TEXT_MAX])
{
    uint64_t number;

    return options_number(count, &number) ? count : units_grouped(number, text);
}

#define LINE_BYTES 512

/* The lazy binding of libc saves registers, once a function that is called. */
static bool is_rare_part(const struct memtrace_reader *reader,
                         const struct unseen_accesses *unseen)
{
    uint64_t number;

    return unseen->is_part && !options_number(unseen->count, &number) &&
           unseen_accesses_are_rare(number,
                                    memtrace_summary(reader)->n_accesses);
}

void unseen_accesses_say(const struct memtrace_reader *reader, const char *path)
{
    struct unseen_accesses unseen;
    char text[UNITS_TEXT_MAX];
    char line[LINE_BYTES] = "";
    size_t place = 0, used = 0;

    while (used < sizeof(line) &&
           unseen_accesses_next(reader, &place, &unseen)) {
        if (is_rare_part(reader, &unseen)) {
            continue;
        }
        used +=
            (size_t)snprintf(line + used, sizeof(line) - used, "%s%s %s%s",
                             used ? ", " : "", count_text(unseen.count, text),
                             unseen.name, unseen.is_part ? " (in part)" : "");
    }
    if (used) {
        message("%s: executed, but QEMU does not show what they access: %s",
                path, line);
    }
}

void unseen_accesses_json(struct output *output,
                          const struct memtrace_reader *reader)
{
    struct unseen_accesses unseen;
    size_t place = 0;
    uint64_t number;

    output_string(output, "\"unseen\":[");
    for (bool is_first = true; unseen_accesses_next(reader, &place, &unseen);
         is_first = false) {
        output_string(output, is_first ? "{\"by\":" : ",{\"by\":");
        output_json(output, unseen.name);
        if (options_number(unseen.count, &number)) {
            number = 0;
        }
        output_printf(output, ",\"executed\":%" PRIu64 ",\"is_part\":%s}",
                      number, unseen.is_part ? "true" : "false");
    }
    output_string(output, "]");
}
