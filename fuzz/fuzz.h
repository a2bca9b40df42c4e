/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz.h - what the fuzz targets share: libFuzzer's entry point, and taking
 * numbers off the front of an input.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run as a finding where something does not hold. */
#define MUST(condition)                                                        \
    do {                                                                       \
        if (!(condition)) {                                                    \
            abort();                                                           \
        }                                                                      \
    } while (0)

struct input {
    const uint8_t *next;
    size_t left;
};

/* The next n bytes; what is missing is 0. */
static inline void take_bytes(struct input *input, void *out, size_t n)
{
    size_t there = n < input->left ? n : input->left;

    memset(out, 0, n);
    if (there > 0) {
        memcpy(out, input->next, there);
        input->next += there;
        input->left -= there;
    }
}

static inline uint8_t take_u8(struct input *input)
{
    uint8_t v;

    take_bytes(input, &v, sizeof(v));
    return v;
}

static inline uint32_t take_u32(struct input *input)
{
    uint32_t v;

    take_bytes(input, &v, sizeof(v));
    return v;
}

static inline uint64_t take_u64(struct input *input)
{
    uint64_t v;

    take_bytes(input, &v, sizeof(v));
    return v;
}

/*
 * fuzz_file() - a file that holds these bytes
 * @path: set to a name for it, good as long as the descriptor is open
 *
 * Return: its descriptor, close-on-exec.
 */
#define FUZZ_PATH_MAX 40
int fuzz_file(const void *data, size_t size, char path[FUZZ_PATH_MAX]);

#endif /* FUZZ_H */
