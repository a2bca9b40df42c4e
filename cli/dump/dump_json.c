/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_json.c - accesses as JSON objects, one a line. */
#include <inttypes.h>
#include <stdio.h>

#include "dump_format.h"
#include "event_text.h"
#include "output.h"

static size_t put_rows(struct dump_rows *rows,
                       const struct memtrace_batch *batch, char *out)
{
    static const char start[] = "{\"thread\":";
    char thread[32];
    char *thread_end = PUT_LITERAL(thread, start);
    size_t n_thread;
    char *at = out;

    thread_end = put_decimal(thread_end, batch->thread);
    n_thread = (size_t)(thread_end - thread);
    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];
        const struct memtrace_insn *insn =
            memtrace_insn(rows->reader, access->insn);

        memcpy(at, thread, sizeof(thread));
        at += n_thread;
        at = access->flags & MEMTRACE_STORE
                 ? PUT_LITERAL(at, ",\"kind\":\"W\"")
                 : PUT_LITERAL(at, ",\"kind\":\"R\"");
        at = PUT_LITERAL(at, ",\"address\":\"");
        at = put_address(at, access->vaddr);
        at = PUT_LITERAL(at, "\",\"size\":");
        at = put_decimal(at, access->size);
        if (insn) {
            at = PUT_LITERAL(at, ",\"pc\":\"");
            at = put_address(at, insn->pc);
            *at++ = '"';
        } else {
            at = PUT_LITERAL(at, ",\"pc\":null");
        }
        at = PUT_LITERAL(at, ",\"time_ns\":");
        at = dump_rows_time(rows, access->time, at, "null");
        at = access->flags & MEMTRACE_ATOMIC
                 ? PUT_LITERAL(at, ",\"atomic\":true")
                 : PUT_LITERAL(at, ",\"atomic\":false");
        if (rows->has_kernel) {
            at = PUT_LITERAL(at, ",\"kernel\":false");
        }
        if (rows->has_values) {
            at = PUT_LITERAL(at, ",\"value\":");
            at = dump_rows_value(batch, i, at, "null", "\"");
        }
        at = PUT_LITERAL(at, "}\n");
    }
    return (size_t)(at - out);
}

static size_t put_kernel(struct dump_rows *rows,
                         const struct memtrace_event *event, char *out)
{
    char time[32] = "";

    *dump_rows_time(rows, event->time, time, "null") = '\0';
    return (size_t)snprintf(
        out, DUMP_ROW_MAX,
        "{\"thread\":%" PRIu32 ",\"kind\":\"%s\",\"address\":"
        "\"0x%016" PRIx64 "\",\"size\":%" PRIu64 ",\"pc\":null,"
        "\"time_ns\":%s,\"atomic\":false,\"kernel\":true%s}\n",
        event->thread, event->args[2] ? "W" : "R", event->args[0],
        event->args[1], time, rows->has_values ? ",\"value\":null" : "");
}

static void put_names(struct output *output, const struct dump_name *name)
{
    output_string(output, ",\"function\":");
    output_json(output, name->function);
    output_string(output, ",\"source\":");
    output_json(output, name->source);
    if (name->source) {
        output_printf(output, ",\"line\":%u", name->line);
    } else {
        output_string(output, ",\"line\":null");
    }
    output_string(output, ",\"data\":");
    output_json(output, name->data);
    if (name->has_code) {
        output_string(output, ",\"code\":");
        output_json(output, name->code);
    }
}

static void put_event(struct output *output,
                      const struct memtrace_reader *reader,
                      const struct memtrace_event *event, bool has_stamps)
{
    (void)has_stamps; /* it has the time in any case */
    event_json(output, reader, event);
    output_string(output, "\n");
}

const struct dump_format dump_format_json = {
    .name = "json",
    .line_end = "}\n",
    .rows = put_rows,
    .kernel = put_kernel,
    .names = put_names,
    .event = put_event,
};
