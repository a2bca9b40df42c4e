/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event_text.c - events in words: one table says what the arguments of each
 * type are called and how they are written, for text and JSON alike.
 */
#include <inttypes.h>
#include <stdio.h>

#include "event_text.h"
#include "output.h"
#include "trace_file.h"

/* Results of system calls from -this to this are counts and errors. */
#define SMALL_RESULT 65536u

enum argument_form {
    FORM_NUMBER,
    FORM_SIGNED,
    FORM_HEX,
    FORM_RESULT, /* an address where it is large */
    FORM_PROT,
    FORM_THREAD, /* ~0 is none */
    FORM_PAUSES,
};

struct argument {
    const char *name;
    enum argument_form form;
};

struct event_kind {
    const char *name;
    const char *text; /* what the event's text is called, NULL: has none */
    struct argument arguments[MEMTRACE_EVENT_ARGS];
};

static const struct event_kind kinds[] = {
    [MEMTRACE_EVENT_NONE] = {"none", NULL, {{NULL, 0}}},
    [MEMTRACE_EVENT_PROCESS_START] = {"process-start",
                                      "cause",
                                      {{"pid", FORM_NUMBER},
                                       {"parent_pid", FORM_NUMBER}}},
    [MEMTRACE_EVENT_THREAD_START] = {"thread-start",
                                     NULL,
                                     {{"pid", FORM_NUMBER},
                                      {"tid", FORM_NUMBER},
                                      {"parent", FORM_THREAD}}},
    [MEMTRACE_EVENT_THREAD_END] = {"thread-end",
                                   NULL,
                                   {{"status", FORM_SIGNED}}},
    [MEMTRACE_EVENT_MAP] = {"map",
                            "file",
                            {{"address", FORM_HEX},
                             {"size", FORM_NUMBER},
                             {"prot", FORM_PROT},
                             {"flags", FORM_HEX},
                             {"offset", FORM_HEX},
                             {"device", FORM_HEX},
                             {"inode", FORM_NUMBER},
                             {"born_ns", FORM_NUMBER}}},
    [MEMTRACE_EVENT_UNMAP] = {"unmap",
                              NULL,
                              {{"address", FORM_HEX}, {"size", FORM_NUMBER}}},
    [MEMTRACE_EVENT_PROTECT] = {"protect",
                                NULL,
                                {{"address", FORM_HEX},
                                 {"size", FORM_NUMBER},
                                 {"prot", FORM_PROT}}},
    [MEMTRACE_EVENT_SYSCALL] = {"syscall",
                                "name",
                                {{"number", FORM_SIGNED},
                                 {"a0", FORM_HEX},
                                 {"a1", FORM_HEX},
                                 {"a2", FORM_HEX},
                                 {"a3", FORM_HEX},
                                 {"a4", FORM_HEX},
                                 {"a5", FORM_HEX},
                                 {"object", FORM_HEX}}},
    [MEMTRACE_EVENT_SYSCALL_RETURN] = {"syscall-return",
                                       "name",
                                       {{"number", FORM_SIGNED},
                                        {"result", FORM_RESULT}}},
    [MEMTRACE_EVENT_LOST] = {"lost", NULL, {{"accesses", FORM_NUMBER}}},
    [MEMTRACE_EVENT_ALLOCATE] = {"allocate",
                                 "function",
                                 {{"address", FORM_HEX},
                                  {"size", FORM_SIGNED},
                                  {"return_to", FORM_HEX}}},
    [MEMTRACE_EVENT_FREE] = {"free",
                             "function",
                             {{"address", FORM_HEX}, {"return_to", FORM_HEX}}},
    [MEMTRACE_EVENT_THREAD_NAME] = {"thread-name",
                                    "name",
                                    {{"tid", FORM_NUMBER}}},
    [MEMTRACE_EVENT_PROCESS_COMMAND] = {"process-command",
                                        "command",
                                        {{"pid", FORM_NUMBER}}},
    [MEMTRACE_EVENT_FILE] = {"file",
                             "identity",
                             {{"device", FORM_HEX},
                              {"inode", FORM_NUMBER},
                              {"size", FORM_NUMBER},
                              {"mtime", FORM_NUMBER},
                              {"content", FORM_HEX}}},
    [MEMTRACE_EVENT_PAUSE] = {"pause", NULL, {{"why", FORM_PAUSES}}},
    [MEMTRACE_EVENT_RESUME] = {"resume", NULL, {{NULL, 0}}},
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

char *event_prot(uint64_t prot, char text[4])
{
    text[0] = prot & MEMTRACE_PROT_READ ? 'r' : '-';
    text[1] = prot & MEMTRACE_PROT_WRITE ? 'w' : '-';
    text[2] = prot & MEMTRACE_PROT_EXEC ? 'x' : '-';
    text[3] = '\0';
    return text;
}

/* Several may be true at once. */
static void put_pauses(struct output *output, uint64_t pauses)
{
    static const char *const words[] = {"stop", "sample", "skip", "limit",
                                        "thread"};
    const char *separator = "";

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (pauses >> i & 1) {
            output_printf(output, "%s%s", separator, words[i]);
            separator = "+";
        }
    }
    if (*separator == '\0') {
        output_printf(output, "0x%" PRIx64, pauses);
    }
}

static void put_argument(struct output *output, enum argument_form form,
                         uint64_t value, bool is_json)
{
    const char *quote = is_json ? "\"" : "";
    char prot[4];

    if (form == FORM_RESULT) {
        bool is_address = value + SMALL_RESULT > 2 * SMALL_RESULT;

        form = is_address && !is_json ? FORM_HEX : FORM_SIGNED;
    }
    switch (form) {
    case FORM_NUMBER:
        output_printf(output, "%" PRIu64, value);
        break;
    case FORM_SIGNED:
        output_printf(output, "%" PRId64, (int64_t)value);
        break;
    case FORM_RESULT:
    case FORM_HEX:
        output_printf(output, "%s0x%" PRIx64 "%s", quote, value, quote);
        break;
    case FORM_PROT:
        output_printf(output, "%s%s%s", quote, event_prot(value, prot), quote);
        break;
    case FORM_THREAD:
        if (value >= MEMTRACE_NO_THREAD) {
            output_string(output, is_json ? "null" : "-");
        } else {
            output_printf(output, "%" PRIu64, value);
        }
        break;
    case FORM_PAUSES:
        output_string(output, quote);
        put_pauses(output, value);
        output_string(output, quote);
        break;
    }
}

/* Types and arguments that a newer recorder may add keep their numbers. */
static void put_arguments(struct output *output,
                          const struct memtrace_event *event, bool is_json)
{
    static const struct event_kind unknown;
    const struct event_kind *kind =
        event->type < N_KINDS ? &kinds[event->type] : &unknown;
    unsigned n_args = event->n_args;

    if (n_args > MEMTRACE_EVENT_ARGS) {
        n_args = MEMTRACE_EVENT_ARGS;
    }
    for (unsigned i = 0; i < n_args; i++) {
        const struct argument *argument = &kind->arguments[i];
        char number[16];

        snprintf(number, sizeof(number), "arg%u", i);
        output_printf(output, is_json ? ",\"%s\":" : " %s=",
                      argument->name ? argument->name : number);
        put_argument(output, argument->name ? argument->form : FORM_HEX,
                     event->args[i], is_json);
    }
    if (event->text && *event->text) {
        output_printf(output, is_json ? ",\"%s\":" : " %s=",
                      kind->text ? kind->text : "text");
        if (is_json) {
            output_json(output, event->text);
        } else {
            output_text(output, event->text);
        }
    }
}

static void put_name(struct output *output, const struct memtrace_event *event)
{
    if (event->type < N_KINDS && kinds[event->type].name) {
        output_string(output, kinds[event->type].name);
    } else {
        output_printf(output, "event-%u", event->type);
    }
}

void event_text(struct output *output, const struct memtrace_reader *reader,
                const struct memtrace_event *event, bool has_stamps)
{
    uint64_t time_ns;

    output_printf(output, "# T%" PRIu32 " ", event->thread);
    put_name(output, event);
    if (has_stamps &&
        trace_file_ns(memtrace_summary(reader), event->time, &time_ns)) {
        output_printf(output, " time_ns=%" PRIu64, time_ns);
    }
    put_arguments(output, event, false);
    output_string(output, "\n");
}

void event_json(struct output *output, const struct memtrace_reader *reader,
                const struct memtrace_event *event)
{
    uint64_t time_ns;

    output_printf(output, "{\"thread\":%" PRIu32 ",\"event\":\"",
                  event->thread);
    put_name(output, event);
    output_printf(output, "\",\"position\":%" PRIu64, event->position);
    if (trace_file_ns(memtrace_summary(reader), event->time, &time_ns)) {
        output_printf(output, ",\"time_ns\":%" PRIu64, time_ns);
    } else {
        output_string(output, ",\"time_ns\":null");
    }
    put_arguments(output, event, true);
    output_string(output, "}");
}
