/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_text.c - accesses as lines of text. */
#include "dump_format.h"
#include "event_text.h"
#include "output.h"
#include "symbols.h"

static size_t put_rows(struct dump_rows *rows,
                       const struct memtrace_batch *batch, char *out)
{
    char thread[16] = "T";
    size_t n_thread;
    char *at = out;

    if (!rows->has_pc && !rows->has_stamps && !rows->has_values) {
        return memtrace_format_text(batch, out);
    }
    n_thread =
        (size_t)(PUT_LITERAL(put_decimal(thread + 1, batch->thread), " ") -
                 thread);
    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];

        memcpy(at, thread, sizeof(thread));
        at += n_thread;
        *at++ = access->flags & MEMTRACE_STORE ? 'W' : 'R';
        *at++ = ' ';
        at = put_address(at, access->vaddr);
        *at++ = ' ';
        at = put_decimal(at, access->size);
        if (rows->has_values) {
            at = PUT_LITERAL(at, " = ");
            at = dump_rows_value(batch, i, at, "?", "");
        }
        if (rows->has_pc) {
            const struct memtrace_insn *insn =
                memtrace_insn(rows->reader, access->insn);

            at = PUT_LITERAL(at, " pc=");
            at = insn ? put_address(at, insn->pc) : PUT_LITERAL(at, "?");
        }
        if (rows->has_stamps) {
            at = PUT_LITERAL(at, " time_ns=");
            at = dump_rows_time(rows, access->time, at, "?");
        }
        *at++ = '\n';
    }
    return (size_t)(at - out);
}

static size_t put_kernel(struct dump_rows *rows,
                         const struct memtrace_event *event, char *out)
{
    char *at = out + memtrace_format_kernel(event, out);

    if (rows->has_stamps) {
        at = PUT_LITERAL(at - 1, " time_ns=");
        at = dump_rows_time(rows, event->time, at, "?");
        *at++ = '\n';
    }
    return (size_t)(at - out);
}

static void put_names(struct output *output, const struct dump_name *name)
{
    output_string(output, " function=");
    output_text(output, name->function ? name->function : "?");
    output_string(output, " line=");
    if (name->source) {
        output_text(output, symbols_last_part(name->source));
        output_printf(output, ":%u", name->line);
    } else {
        output_string(output, "?");
    }
    output_string(output, " data=");
    output_text(output, name->data ? name->data : "?");
    if (name->code) {
        output_string(output, " | ");
        output_text(output, name->code);
    }
}

const struct dump_format dump_format_text = {
    .name = "text",
    .line_end = "\n",
    .rows = put_rows,
    .kernel = put_kernel,
    .names = put_names,
    .event = event_text,
};
