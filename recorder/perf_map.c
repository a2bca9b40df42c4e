/* SPDX-License-Identifier: GPL-2.0-or-later */
/* perf_map.c - code that is listed in a perf map: see jit_code.h. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "jit_code.h"
#include "memtrace.h"

int jit_codes_add(struct jit_codes *codes, const struct jit_code *code)
{
    struct jit_code *added;

    if (code->size == 0 || code->name_bytes == 0 ||
        code->size - 1 > UINT64_MAX - code->vaddr) {
        return 0;
    }
    if (codes->n == JIT_CODE_MOST) {
        codes->n_left_out++;
        return 0;
    }
    added = array_add(codes->list, codes->n, codes->room);
    if (added == NULL) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = *code;
    if (added->name_bytes > JIT_CODE_NAME_MOST) {
        added->name_bytes = JIT_CODE_NAME_MOST;
    }
    return 0;
}

void jit_codes_free(struct jit_codes *codes)
{
    free(codes->list);
    *codes = (struct jit_codes){.n = 0};
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* A number and the blanks behind it. Return: where these end, or NULL. */
static const char *read_number(const char *at, const char *end, uint64_t *out)
{
    const char *first;

    if (end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        at += 2;
    }
    first = at;
    *out = 0;
    while (at < end && digit_of(*at) >= 0) {
        if (*out >> 60 != 0) {
            return NULL;
        }
        *out = *out << 4 | (unsigned)digit_of(*at++);
    }
    if (at == first || at == end || *at != ' ') {
        return NULL;
    }
    while (at < end && *at == ' ') {
        at++;
    }
    return at;
}

static int read_line(const char *at, const char *end, struct jit_codes *codes)
{
    struct jit_code code = {.time_ns = 0};

    at = read_number(at, end, &code.vaddr);
    at = at != NULL ? read_number(at, end, &code.size) : NULL;
    if (at == NULL) {
        return 0;
    }
    if (end > at && end[-1] == '\r') {
        end--;
    }
    code.name = at;
    code.name_bytes = end - at;
    return jit_codes_add(codes, &code);
}

int perf_map_read(const char *text, size_t size, struct jit_codes *codes)
{
    const char *end = text + size;
    int error = 0;

    while (text < end && error == 0) {
        const char *line = memchr(text, '\n', end - text);

        /* What is not ended is being written. */
        if (line == NULL) {
            break;
        }
        error = read_line(text, line, codes);
        text = line + 1;
    }
    return error;
}
