/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_rows.c - see dump_rows.h. */
#include "dump_rows.h"

#include "trace_file.h"

void dump_rows_set_time(struct dump_rows *rows, uint64_t time)
{
    uint64_t time_ns;

    rows->time = time;
    rows->time_size = 0;
    if (trace_file_ns(memtrace_summary(rows->reader), time, &time_ns)) {
        char *end = put_decimal(rows->time_text, time_ns);

        rows->time_size = (size_t)(end - rows->time_text);
    }
}

char *dump_rows_value(const struct memtrace_batch *batch, size_t i, char *out,
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
