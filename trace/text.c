/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.c - accesses as text lines: T<thread> <R|W> 0x<16 hex digits> <size>,
 * and = 0x<digits> where there are values.
 *
 * A line is put together from words of 8 bytes, without a test but for the
 * rare size; each may write past the line's end, but not past the room for
 * it.  What is the same in all lines of a batch is made once.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "memtrace.h"

#define PREFIX_ROOM 16
#define DIGITS_EACH UINT64_C(0x0101010101010101)

/* The 8 hex digits of v as they stand in memory. */
static inline uint64_t hex_digits(uint32_t v)
{
    uint64_t x = v, letters;

    /* A nibble to each byte, the lowest nibble to the lowest byte. */
    x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
    x = (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
    x = (x | x << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    letters = (x + 6 * DIGITS_EACH) >> 4 & DIGITS_EACH;
    x += '0' * DIGITS_EACH + letters * ('a' - '0' - 10);
    return htobe64(x);
}

/* " 8\n" and its length, for sizes that are a power of 2 up to 128. */
static const struct ending {
    char text[8];
    uint8_t length;
} endings[] = {{" 1\n", 3},  {" 2\n", 3},  {" 4\n", 3},  {" 8\n", 3},
               {" 16\n", 4}, {" 32\n", 4}, {" 64\n", 4}, {" 128\n", 5}};

static char *put_size(char *p, uint16_t size)
{
    if (size != 0 && (size & (size - 1)) == 0 && size <= 128) {
        const struct ending *e = &endings[__builtin_ctz(size)];

        memcpy(p, e->text, sizeof(e->text));
        return p + e->length;
    }
    return p + snprintf(p, 8, " %u\n", size);
}

/* " = 0x2a" in place of the line's end; two digits a byte. */
static char *put_value(char *p, const struct memtrace_access *access,
                       const struct memtrace_value *value)
{
    int digits = access->size < 8 ? 2 * access->size : 16;

    if (!(access->flags & MEMTRACE_VALUE)) {
        return p - 1 + sprintf(p - 1, " = ?\n");
    }
    p--;
    if (access->size > 8) {
        p += sprintf(p, " = 0x%016" PRIx64, value->high);
    } else {
        p += sprintf(p, " = 0x");
    }
    return p + sprintf(p, "%0*" PRIx64 "\n", digits, value->low);
}

size_t memtrace_format_text(const struct memtrace_batch *batch, char *out)
{
    char prefix[2][PREFIX_ROOM] = {{0}};
    size_t length = 0;
    char *p = out;

    for (int i = 0; i < 2; i++) {
        length = (size_t)snprintf(prefix[i], PREFIX_ROOM, "T%u %s",
                                  (unsigned)batch->thread, i ? "W 0" : "R 0");
    }
    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *a = &batch->accesses[i];
        uint64_t high = hex_digits((uint32_t)(a->vaddr >> 32));
        uint64_t low = hex_digits((uint32_t)a->vaddr);

        memcpy(p, prefix[a->flags & MEMTRACE_STORE], PREFIX_ROOM);
        p += length;
        *p++ = 'x';
        memcpy(p, &high, sizeof(high));
        memcpy(p + 8, &low, sizeof(low));
        p = put_size(p + 16, a->size);
        if (batch->values) {
            p = put_value(p, a, &batch->values[i]);
        }
    }
    return (size_t)(p - out);
}

size_t memtrace_format_kernel(const struct memtrace_event *event, char *out)
{
    return (size_t)snprintf(
        out, MEMTRACE_KERNEL_LINE_MAX,
        "T%" PRIu32 " %c 0x%016" PRIx64 " %" PRIu64 " kernel\n", event->thread,
        event->args[2] != 0 ? 'W' : 'R', event->args[0], event->args[1]);
}
