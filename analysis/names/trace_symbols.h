/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_symbols.h - names for the addresses of a trace: the symbols of what
 * its processes had mapped, and what memory of no file was for: a thread's
 * stack, its thread-local memory, the heap.
 */
#ifndef TRACE_SYMBOLS_H
#define TRACE_SYMBOLS_H

#include "memtrace.h"
#include "symbols.h"

/**
 * trace_symbols_new() - tell a new struct symbols of all mappings of a trace
 * @config: where its files are; NULL where they were
 * @out: set to the symbols, for symbols_free(); to NULL on an error
 *
 * Files are looked into when they are first needed.
 *
 * Return: 0, or a negative MEMTRACE_ERR_ value.
 */
int trace_symbols_new(struct memtrace_reader *reader,
                      const struct symbols_config *config,
                      struct symbols **out);

/* What memory is. */
enum trace_place_kind {
    TRACE_PLACE_UNKNOWN, /* nothing was ever mapped there */
    TRACE_PLACE_STACK,   /* of a thread */
    TRACE_PLACE_TLS,     /* a thread's control block and thread-local memory */
    TRACE_PLACE_HEAP,    /* what brk() made, and malloc()'s arenas */
    TRACE_PLACE_DATA,    /* of a program or library */
    TRACE_PLACE_FILE,    /* a file that is none */
    TRACE_PLACE_MMAP,    /* other memory of no file */
    TRACE_PLACE_KINDS
};

/**
 * struct trace_place - what was at an address
 * @kind: see there
 * @thread: of STACK and TLS: whose; else MEMTRACE_NO_THREAD
 * @vaddr, @size_bytes: the memory that it is in; of the mapping what is alike
 * @file: of DATA and FILE, else ""
 * @file_offset: of FILE: of the address in the file
 * @data: of DATA and TLS: the variable, where it is known. Its strings, as
 *        @file, are valid until symbols_free()
 */
struct trace_place {
    enum trace_place_kind kind;
    uint32_t thread;
    uint64_t vaddr;
    uint64_t size_bytes;
    const char *file;
    uint64_t file_offset;
    struct symbols_data data;
};

/**
 * trace_place_describe() - what was at an address
 * @symbols: of trace_symbols_new()
 *
 * As symbols_data(), not for two threads at once.
 *
 * Return: 0 (with TRACE_PLACE_UNKNOWN where nothing is known), or
 * MEMTRACE_ERR_NOMEM.
 */
int trace_place_describe(struct symbols *symbols,
                         const struct symbols_place *place,
                         struct trace_place *out);

/** trace_part_kind() - Return: enum trace_place_kind of a part. */
enum trace_place_kind trace_part_kind(const struct symbols_part *part);

/**
 * trace_place_region() - its kind as filters have it
 *
 * Return: "heap", "stack", "data" or "mmap"; "" where nothing is known.
 */
const char *trace_place_region(const struct trace_place *place);

/** trace_kind_region() - the same of a kind alone. */
const char *trace_kind_region(enum trace_place_kind kind);

/** TRACE_PLACE_TEXT - room that trace_place_text() may use. */
#define TRACE_PLACE_TEXT 640

/**
 * trace_place_text() - the same in words: "counter+4", "stack of T3", "heap",
 * "errno, TLS of T3", "libc.so.6+0x1d2c60", "mmap"
 *
 * Return: @text, cut where it is too long; "" where nothing is known.
 */
const char *trace_place_text(const struct trace_place *place,
                             char text[TRACE_PLACE_TEXT]);

#endif /* TRACE_SYMBOLS_H */
