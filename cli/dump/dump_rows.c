/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_rows.c - accesses as lines.  Nothing here is called an access at a time
 * from outside, and no printf() either: this is where dump spends its time.
 */
#include <inttypes.h>
#include <stdio.h>

#include "digits.h"
#include "dump_rows.h"
#include "trace_file.h"

#define CSV_HEADER "thread,kind,address,size,pc,time_ns,atomic"

static void set_time(struct dump_rows *rows, uint64_t time)
{
    uint64_t time_ns;

    rows->time = time;
    rows->time_size = 0;
    if (trace_file_ns(memtrace_summary(rows->reader), time, &time_ns)) {
        char *end = put_decimal(rows->time_text, time_ns);

        rows->time_size = (size_t)(end - rows->time_text);
    }
}

/* @unknown stands where the clock's speed is not in the trace. */
static inline char *put_time(struct dump_rows *rows, uint64_t time, char *out,
                             const char *unknown)
{
    if (__builtin_expect(time != rows->time, 0)) {
        set_time(rows, time);
    }
    if (!rows->time_size) {
        return put_bytes(out, unknown, strlen(unknown));
    }
    /* A copy of constant size is one instruction or two. */
    memcpy(out, rows->time_text, sizeof(rows->time_text));
    return out + rows->time_size;
}

/*
 * The value of access i of the batch: 0x and two digits a byte; @unknown where
 * it is not known.
 */
static char *put_value(const struct memtrace_batch *batch, size_t i, char *out,
                       const char *unknown, const char *quote)
{
    const struct memtrace_access *access = &batch->accesses[i];
    const struct memtrace_value *value;
    char digits[16];
    size_t n = access->size < 8 ? 2u * access->size : sizeof(digits);

    if (!batch->values || !(access->flags & MEMTRACE_VALUE)) {
        return put_bytes(out, unknown, strlen(unknown));
    }
    value = &batch->values[i];
    out = put_bytes(out, quote, strlen(quote));
    out = PUT_LITERAL(out, "0x");
    if (access->size > 8) {
        out = put_hex8(out, (uint32_t)(value->high >> 32));
        out = put_hex8(out, (uint32_t)value->high);
    }
    put_hex8(digits, (uint32_t)(value->low >> 32));
    put_hex8(digits + 8, (uint32_t)value->low);
    out = put_bytes(out, digits + sizeof(digits) - n, n);
    return put_bytes(out, quote, strlen(quote));
}

static size_t put_text(struct dump_rows *rows,
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
            at = put_value(batch, i, at, "?", "");
        }
        if (rows->has_pc) {
            const struct memtrace_insn *insn =
                memtrace_insn(rows->reader, access->insn);

            at = PUT_LITERAL(at, " pc=");
            at = insn ? put_address(at, insn->pc) : PUT_LITERAL(at, "?");
        }
        if (rows->has_stamps) {
            at = PUT_LITERAL(at, " time_ns=");
            at = put_time(rows, access->time, at, "?");
        }
        *at++ = '\n';
    }
    return (size_t)(at - out);
}

static size_t put_csv(struct dump_rows *rows,
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
        at = put_time(rows, access->time, at, "");
        *at++ = ',';
        *at++ = access->flags & MEMTRACE_ATOMIC ? '1' : '0';
        if (rows->has_kernel) {
            at = PUT_LITERAL(at, ",0");
        }
        if (rows->has_values) {
            *at++ = ',';
            at = put_value(batch, i, at, "", "");
        }
        *at++ = '\n';
    }
    return (size_t)(at - out);
}

static size_t put_json(struct dump_rows *rows,
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
        at = put_time(rows, access->time, at, "null");
        at = access->flags & MEMTRACE_ATOMIC
                 ? PUT_LITERAL(at, ",\"atomic\":true")
                 : PUT_LITERAL(at, ",\"atomic\":false");
        if (rows->has_kernel) {
            at = PUT_LITERAL(at, ",\"kernel\":false");
        }
        if (rows->has_values) {
            at = PUT_LITERAL(at, ",\"value\":");
            at = put_value(batch, i, at, "null", "\"");
        }
        at = PUT_LITERAL(at, "}\n");
    }
    return (size_t)(at - out);
}

void dump_rows_start(struct dump_rows *rows)
{
    set_time(rows, 0);
}

const char *dump_rows_header(const struct dump_rows *rows)
{
    if (rows->format != DUMP_CSV) {
        return "";
    }
    if (rows->has_values) {
        return rows->has_kernel ? CSV_HEADER ",kernel,value\n"
                                : CSV_HEADER ",value\n";
    }
    return rows->has_kernel ? CSV_HEADER ",kernel\n" : CSV_HEADER "\n";
}

size_t dump_rows_put(struct dump_rows *rows, const struct memtrace_batch *batch,
                     char *out)
{
    switch (rows->format) {
    case DUMP_CSV:
        return put_csv(rows, batch, out);
    case DUMP_JSON:
        return put_json(rows, batch, out);
    case DUMP_TEXT:
        break;
    }
    return put_text(rows, batch, out);
}

static size_t put_kernel_text(struct dump_rows *rows,
                              const struct memtrace_event *event, char *out)
{
    char *at = out + memtrace_format_kernel(event, out);

    if (rows->has_stamps) {
        at = PUT_LITERAL(at - 1, " time_ns=");
        at = put_time(rows, event->time, at, "?");
        *at++ = '\n';
    }
    return (size_t)(at - out);
}

size_t dump_rows_kernel(struct dump_rows *rows,
                        const struct memtrace_event *event, char *out)
{
    const char *kind = event->args[2] ? "W" : "R";
    const char *value = "";
    char time[32] = "";

    if (rows->format == DUMP_TEXT) {
        return put_kernel_text(rows, event, out);
    }
    if (rows->has_values) {
        value = rows->format == DUMP_JSON ? ",\"value\":null" : ",";
    }
    *put_time(rows, event->time, time,
              rows->format == DUMP_JSON ? "null" : "") = '\0';
    return (size_t)snprintf(
        out, DUMP_ROW_MAX,
        rows->format == DUMP_CSV
            ? "%" PRIu32 ",%s,0x%016" PRIx64 ",%" PRIu64 ",,%s,0,1%s\n"
            : "{\"thread\":%" PRIu32 ",\"kind\":\"%s\",\"address\":"
              "\"0x%016" PRIx64 "\",\"size\":%" PRIu64 ",\"pc\":null,"
              "\"time_ns\":%s,\"atomic\":false,\"kernel\":true%s}\n",
        event->thread, kind, event->args[0], event->args[1], time, value);
}
