/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jit_dump.c - code that is listed in a jitdump file: see jit_code.h.
 *
 * A header, then records: type, size, time, and what the type says.  The magic
 * number tells the byte order, which is the guest's.
 */
#include <stdbool.h>
#include <string.h>

#include "jit_code.h"
#include "key_map.h"
#include "memtrace.h"

#define MAGIC 0x4a695444u
#define MAGIC_SWAPPED 0x4454694au
#define FLAG_ARCH_TIME 1u /* times are the processor's counter */

/* Of the file's header. */
#define HEADER_SIZE 8
#define HEADER_FLAGS 32
#define HEADER_BYTES 40

/* Of a record. */
#define RECORD_TYPE 0
#define RECORD_SIZE 4
#define RECORD_TIME 8
#define RECORD_BYTES 16

enum { CODE_LOAD = 0, CODE_MOVE = 1 };

#define LOAD_ADDRESS 32
#define LOAD_SIZE 40
#define LOAD_INDEX 48
#define LOAD_NAME 56

#define MOVE_ADDRESS 40
#define MOVE_SIZE 48
#define MOVE_INDEX 56
#define MOVE_BYTES 64

struct dump {
    const uint8_t *bytes;
    bool is_swapped;
    bool has_times;
    struct key_map loaded; /* by the number of the code: its element */
    struct jit_codes *codes;
};

static uint32_t get32(const struct dump *dump, const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof(value));
    return dump->is_swapped ? __builtin_bswap32(value) : value;
}

static uint64_t get64(const struct dump *dump, const uint8_t *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof(value));
    return dump->is_swapped ? __builtin_bswap64(value) : value;
}

static int load(struct dump *dump, const uint8_t *record, size_t size)
{
    struct jit_code code = {
        .time_ns = dump->has_times ? get64(dump, record + RECORD_TIME) : 0,
    };
    size_t element = dump->codes->n;
    const uint8_t *end;
    int error;

    if (size <= LOAD_NAME) {
        return 0;
    }
    end = memchr(record + LOAD_NAME, '\0', size - LOAD_NAME);
    if (end == NULL) {
        return 0;
    }
    code.vaddr = get64(dump, record + LOAD_ADDRESS);
    code.size = get64(dump, record + LOAD_SIZE);
    code.name = (const char *)record + LOAD_NAME;
    code.name_bytes = end - (record + LOAD_NAME);
    error = jit_codes_add(dump->codes, &code);
    if (error == 0 && dump->codes->n > element &&
        key_map_add(&dump->loaded, get64(dump, record + LOAD_INDEX),
                    (uint32_t)element) == KEY_MAP_NONE) {
        error = MEMTRACE_ERR_NOMEM;
    }
    return error;
}

static int move(struct dump *dump, const uint8_t *record, size_t size)
{
    struct jit_code code;
    uint32_t element;

    if (size < MOVE_BYTES) {
        return 0;
    }
    element = key_map_find(&dump->loaded, get64(dump, record + MOVE_INDEX));
    if (element == KEY_MAP_NONE) {
        return 0;
    }
    code = dump->codes->list[element];
    code.time_ns = dump->has_times ? get64(dump, record + RECORD_TIME) : 0;
    code.vaddr = get64(dump, record + MOVE_ADDRESS);
    code.size = get64(dump, record + MOVE_SIZE);
    return jit_codes_add(dump->codes, &code);
}

int jit_dump_read(const uint8_t *bytes, size_t size, struct jit_codes *codes)
{
    struct dump dump = {.bytes = bytes, .codes = codes};
    int error = 0;
    size_t at;

    if (size < HEADER_BYTES) {
        return 0;
    }
    dump.is_swapped = get32(&dump, bytes) == MAGIC_SWAPPED;
    at = get32(&dump, bytes + HEADER_SIZE);
    if (get32(&dump, bytes) != MAGIC || at < HEADER_BYTES || at > size) {
        return 0;
    }
    dump.has_times = !(get64(&dump, bytes + HEADER_FLAGS) & FLAG_ARCH_TIME);
    while (size - at >= RECORD_BYTES && error == 0) {
        const uint8_t *record = bytes + at;
        uint32_t record_size = get32(&dump, record + RECORD_SIZE);

        if (record_size < RECORD_BYTES || record_size > size - at) {
            break;
        }
        switch (get32(&dump, record + RECORD_TYPE)) {
        case CODE_LOAD:
            error = load(&dump, record, record_size);
            break;
        case CODE_MOVE:
            error = move(&dump, record, record_size);
            break;
        default:
            break;
        }
        at += record_size;
    }
    key_map_free(&dump.loaded);
    return error;
}
