/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols.h - addresses of traced processes to names: functions, source
 * lines, variables, files.
 *
 * The caller tells how the processes' memory was mapped, in the order of
 * time; then any place can be asked for as it was at any time.  ELF and DWARF
 * are read by elfutils' libdw, when they are first needed.
 */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbols;

/**
 * struct symbols_config - where to look
 * @sysroot: before paths of the guest that lead there, or NULL
 * @debug_dirs: n_debug_dirs folders with separate debug files, beside the
 *              usual ones
 */
struct symbols_config {
    const char *sysroot;
    const char *const *debug_dirs;
    size_t n_debug_dirs;
};

/**
 * struct symbols_mapping - a file was mapped, or something else took its place
 * @pid: in which process
 * @time: from when on, in ticks; not before that of the one told before
 * @vaddr, @size_bytes: where; what was there is there no more
 * @offset: of @vaddr in the file
 * @file: the guest's path of it, "" where there is none (memory of no file,
 *        or nothing at all); copied
 * @build_id: hexadecimal, of the file when it was mapped, or NULL; copied
 */
struct symbols_mapping {
    uint64_t pid;
    uint64_t time;
    uint64_t vaddr;
    uint64_t size_bytes;
    uint64_t offset;
    const char *file;
    const char *build_id;
};

/** symbols_new() - Return: 0, or -ENOMEM. @config is copied. */
int symbols_new(const struct symbols_config *config, struct symbols **out);
void symbols_free(struct symbols *symbols);

/**
 * symbols_map() - tell of a mapping
 *
 * Return: 0, or -ENOMEM.
 */
int symbols_map(struct symbols *symbols, const struct symbols_mapping *mapping);

/** symbols_fork() - process @pid starts as @parent is at @time. */
int symbols_fork(struct symbols *symbols, uint64_t pid, uint64_t parent,
                 uint64_t time);

/**
 * struct symbols_place - an address as it was in a process at a time
 */
struct symbols_place {
    uint64_t pid;
    uint64_t time;
    uint64_t vaddr;
};

/**
 * struct symbols_frame - a function that a program counter is in
 * @function: its name, demangled; NULL where unknown
 * @offset: of the program counter in it; of an inlined one 0
 * @source: path of the source file as the compiler had it; NULL if unknown
 * @line, @column: from 1, 0 where unknown
 * @is_inlined: into the frame that follows
 *
 * Strings are valid until symbols_free().
 */
struct symbols_frame {
    const char *function;
    uint64_t offset;
    const char *source;
    unsigned line;
    unsigned column;
    bool is_inlined;
};

#define SYMBOLS_FRAMES 16

/**
 * struct symbols_code - what is known of a program counter
 * @module: path of the file that is mapped there, NULL where none is
 * @module_offset: of the address in the file's own addresses (as nm has them)
 * @n_frames: at least 1 where anything is known; the innermost comes first
 */
struct symbols_code {
    const char *module;
    uint64_t module_offset;
    size_t n_frames;
    struct symbols_frame frames[SYMBOLS_FRAMES];
};

/**
 * symbols_code() - name a program counter
 *
 * Not for two threads at once.
 *
 * Return: 0; -ENOENT where nothing is known (@out is empty); -ENOMEM.
 */
int symbols_code(struct symbols *symbols, const struct symbols_place *place,
                 struct symbols_code *out);

/**
 * struct symbols_data - what is known of the address of data
 * @module, @module_offset: as in struct symbols_code
 * @variable: a global, static or thread-local one, NULL where none is known
 * @offset: of the address in it
 * @size_bytes: of the variable
 * @path: what of it: "[17].next", ".count", "" (by its type, from DWARF)
 * @source, @line: where it is declared; NULL, 0 where unknown
 */
struct symbols_data {
    const char *module;
    uint64_t module_offset;
    const char *variable;
    uint64_t offset;
    uint64_t size_bytes;
    char path[120];
    const char *source;
    unsigned line;
};

/** symbols_data() - name an address of data; returns as symbols_code(). */
int symbols_data(struct symbols *symbols, const struct symbols_place *place,
                 struct symbols_data *out);

#endif /* SYMBOLS_H */
