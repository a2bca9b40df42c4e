/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jit_code.h - code that a program made at run time, by the files in which it
 * says so: perf maps and jitdump files.
 */
#ifndef RECORDER_JIT_CODE_H
#define RECORDER_JIT_CODE_H

#include <stddef.h>
#include <stdint.h>

#define JIT_CODE_MOST (1u << 20)
#define JIT_CODE_NAME_MOST 512

/**
 * struct jit_code - a range of code
 * @time_ns: since when, of CLOCK_MONOTONIC; 0: that is not told
 * @vaddr, @size: where; never empty, nor beyond the end of memory
 * @name: in the bytes of the file, @name_bytes of them; no NUL at its end
 */
struct jit_code {
    uint64_t time_ns;
    uint64_t vaddr;
    uint64_t size;
    const char *name;
    size_t name_bytes;
};

/**
 * struct jit_codes - in the order of the file: later ones take the place of
 * earlier ones
 * @n_left_out: that were too many
 */
struct jit_codes {
    struct jit_code *list;
    size_t n;
    size_t room;
    size_t n_left_out;
};

/**
 * jit_codes_add() - one more
 *
 * A name is cut where it is too long.  What is empty, or has no name, is no
 * code.
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int jit_codes_add(struct jit_codes *codes, const struct jit_code *code);

/** jit_codes_free() - and make it empty. */
void jit_codes_free(struct jit_codes *codes);

/**
 * perf_map_read() - lines "START SIZE NAME", the numbers in hexadecimal
 * @text: @size bytes, any; lines that are none such are left out
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int perf_map_read(const char *text, size_t size, struct jit_codes *codes);

/**
 * jit_dump_read() - a jitdump file, of either byte order
 * @bytes: @size of them, any; what follows a damaged record is left out
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int jit_dump_read(const uint8_t *bytes, size_t size, struct jit_codes *codes);

#endif /* RECORDER_JIT_CODE_H */
