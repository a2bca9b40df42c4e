/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_csv.c - accesses as lines of CSV, with a header. */
#include <inttypes.h>
#include <stdio.h>

#include "csv_field.h"
#include "dump_format.h"
#include "output.h"

static void put_header(struct output *output, const struct dump_rows *rows,
                       bool has_names, bool has_code)
{
    output_string(output, "thread,kind,address,size,pc,time_ns,atomic");
    output_string(output, rows->has_kernel ? ",kernel" : "");
    output_string(output, rows->has_values ? ",value" : "");
    output_string(output, has_names ? ",function,source,line,data" : "");
    output_string(output, has_names && has_code ? ",code" : "");
    output_string(output, "\n");
}

static size_t put_rows(struct dump_rows *rows,
                       const struct memtrace_batch *batch, char *out)
{
    char thread[16];
    size_t n_thread =
        (size_t)(PUT_LITERAL(put_decimal(thread, batch->thread), ",") - thread);
    char *at = out;

    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];
        const struct memtrace_insn *insn =
            memtrace_insn(rows->reader, access->insn);

        memcpy(at, thread, sizeof(thread));
        at += n_thread;
        *at++ = access->flags & MEMTRACE_STORE ? 'W' : 'R';
        *at++ = ',';
        at = put_address(at, access->vaddr);
        *at++ = ',';
        at = put_decimal(at, access->size);
        *at++ = ',';
        if (insn) {
            at = put_address(at, insn->pc);
        }
        *at++ = ',';
        at = dump_rows_time(rows, access->time, at, "");
        *at++ = ',';
        *at++ = access->flags & MEMTRACE_ATOMIC ? '1' : '0';
        if (rows->has_kernel) {
            at = PUT_LITERAL(at, ",0");
        }
        if (rows->has_values) {
            *at++ = ',';
            at = dump_rows_value(batch, i, at, "", "");
        }
        *at++ = '\n';
    }
    return (size_t)(at - out);
}

static size_t put_kernel(struct dump_rows *rows,
                         const struct memtrace_event *event, char *out)
{
    char time[32] = "";

    *dump_rows_time(rows, event->time, time, "") = '\0';
    return (size_t)snprintf(
        out, DUMP_ROW_MAX,
        "%" PRIu32 ",%s,0x%016" PRIx64 ",%" PRIu64 ",,%s,0,1%s\n",
        event->thread, event->args[2] ? "W" : "R", event->args[0],
        event->args[1], time, rows->has_values ? "," : "");
}

static void put_names(struct output *output, const struct dump_name *name)
{
    output_string(output, ",");
    csv_field(output, name->function);
    output_string(output, ",");
    csv_field(output, name->source);
    output_string(output, ",");
    if (name->source) {
        output_printf(output, "%u", name->line);
    }
    output_string(output, ",");
    csv_field(output, name->data);
    if (name->has_code) {
        output_string(output, ",");
        csv_field(output, name->code);
    }
}

const struct dump_format dump_format_csv = {
    .name = "csv",
    .line_end = "\n",
    .header = put_header,
    .rows = put_rows,
    .kernel = put_kernel,
    .names = put_names,
};
