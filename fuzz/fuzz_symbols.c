/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_symbols.c - a file of any bytes as a program with symbols and DWARF:
 * all that it says of itself, and the names of addresses in it.
 *
 * The ELF and DWARF in it are read by elfutils, which is not instrumented here
 * but runs on the same bytes.
 */
#include <unistd.h>

#include "fuzz.h"
#include "symbols.h"
#include "symbols_file.h"

#define ADDRESSES 64
#define BIAS 0x10000000000u

/* Addresses that the file itself names are the interesting ones. */
struct found {
    uint64_t addresses[ADDRESSES];
    size_t n;
};

static void find(struct found *found, const struct symbols_range *range)
{
    MUST(range->size_bytes > 0);
    if (found->n + 2 <= ADDRESSES) {
        found->addresses[found->n++] = range->address;
        found->addresses[found->n++] = range->address + range->size_bytes / 2;
    }
}

static int on_function(void *context, const struct symbols_function *function)
{
    MUST(strlen(function->name) + strlen(function->linkage_name) > 0 ||
         function->range.address + 1 > 0);
    find(context, &function->range);
    return 0;
}

static int on_source(void *context, const struct symbols_source *source)
{
    MUST(source->source != NULL);
    find(context, &source->range);
    return 0;
}

static int on_variable(void *context, const struct symbols_variable *variable)
{
    MUST(strlen(variable->name) + 1 > 0);
    find(context, &variable->range);
    return 0;
}

static void look_up(struct symbols *symbols, uint64_t address)
{
    struct symbols_place place = {1, 1, address};
    struct symbols_code code;
    struct symbols_data data;
    char text[SYMBOLS_DATA_TEXT];

    if (symbols_code(symbols, &place, &code) == 0) {
        MUST(code.n_frames <= SYMBOLS_FRAMES);
        for (size_t i = 0; i < code.n_frames; i++) {
            const struct symbols_frame *frame = &code.frames[i];

            MUST(!frame->function || strlen(frame->function) + 1 > 0);
            MUST(!frame->source || strlen(frame->source) + 1 > 0);
            MUST(frame->is_inlined == (i + 1 < code.n_frames));
        }
    }
    if (symbols_data(symbols, &place, &data) == 0) {
        MUST(memchr(data.path, '\0', sizeof(data.path)) != NULL);
        MUST(strlen(symbols_data_text(&data, text)) < sizeof(text));
    }
    symbols_thread_data(symbols, &place, address - 16, &data);
}

static void map_and_look_up(const char *path, const struct found *found)
{
    static const uint64_t vaddrs[] = {0, 0x400000, BIAS};
    struct symbols *symbols;

    MUST(symbols_new(NULL, &symbols) == 0);
    for (size_t i = 0; i < sizeof(vaddrs) / sizeof(vaddrs[0]); i++) {
        struct symbols_mapping mapping = {
            .pid = 1,
            .vaddr = vaddrs[i],
            .size_bytes = 1 << 20,
            .file = path,
        };

        MUST(symbols_map(symbols, &mapping) == 0);
    }
    for (size_t i = 0; i < found->n; i++) {
        look_up(symbols, found->addresses[i]);
        look_up(symbols, found->addresses[i] + BIAS);
    }
    for (size_t i = 0; symbols_problem_at(symbols, i) != NULL; i++) {
        MUST(*symbols_problem_at(symbols, i) != '\0');
    }
    symbols_free(symbols);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct symbols_file *file;
    struct found found = {.n = 0};
    char path[FUZZ_PATH_MAX];
    int fd = fuzz_file(data, size, path);

    if (symbols_file_open(path, NULL, &file) == 0) {
        symbols_file_functions(file, on_function, &found);
        symbols_file_source_ranges(file, on_source, &found);
        symbols_file_variables(file, on_variable, &found);
        symbols_file_close(file);
        map_and_look_up(path, &found);
    }
    close(fd);
    return 0;
}
