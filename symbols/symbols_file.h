/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols_file.h - what one ELF file says of itself: functions, source files,
 * variables, with their addresses and their places in the file.
 *
 * Its separate debug files are found as symbols_config tells.  Where there is
 * no DWARF, the symbol tables have to do.
 */
#ifndef SYMBOLS_FILE_H
#define SYMBOLS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbols_config;
struct symbols_file;

/**
 * symbols_file_open() - open an ELF file
 * @path: of the guest: below config->sysroot if there is such a file, else
 *        as it is
 * @config: may be NULL
 *
 * An opened file is for one thread at a time.
 *
 * Return: 0, -ENOEXEC where it is no ELF program or library, or a negative
 * errno of opening it.
 */
int symbols_file_open(const char *path, const struct symbols_config *config,
                      struct symbols_file **out);

/** symbols_file_close() - close it and free all it gave out; NULL is fine. */
void symbols_file_close(struct symbols_file *file);

/** symbols_file_path() - Return: the path that was opened. */
const char *symbols_file_path(const struct symbols_file *file);

/** symbols_file_build_id() - Return: in hexadecimal, "" where it has none. */
const char *symbols_file_build_id(const struct symbols_file *file);

/** symbols_file_has_dwarf() - Return: whether there is source to be named. */
bool symbols_file_has_dwarf(struct symbols_file *file);

/**
 * symbols_file_problem() - what of its debug information was not to be had
 * @i: from 0
 *
 * Debug files that are missing, or another file's, as far as they were looked
 * for.
 *
 * Return: one line, no full stop; NULL where @i is past the last.
 */
const char *symbols_file_problem(struct symbols_file *file, size_t i);

#define SYMBOLS_NO_OFFSET UINT64_MAX

/**
 * struct symbols_range - a part of an ELF file
 * @address: as the file has it (and nm), before it is loaded anywhere
 * @size_bytes: at least 1
 * @offset: in the file; SYMBOLS_NO_OFFSET where it is not (.bss)
 *
 * A mapping of file offset O at vaddr V has it at V + (offset - O), where
 * that is in the mapping.
 */
struct symbols_range {
    uint64_t address;
    uint64_t size_bytes;
    uint64_t offset;
};

/**
 * struct symbols_function - a range of addresses of a function
 * @name: demangled, with parameters where the language mangles them
 * @linkage_name: as the linker has it
 * @range: one of its ranges; a function may have several
 * @is_inlined: a copy of it inside another function
 */
struct symbols_function {
    const char *name;
    const char *linkage_name;
    struct symbols_range range;
    bool is_inlined;
};

/**
 * struct symbols_source - a range of addresses of a source file
 * @source: its path, absolute as the compiler had it
 */
struct symbols_source {
    const char *source;
    struct symbols_range range;
};

/**
 * struct symbols_variable - a global or static variable
 * @name: demangled
 * @linkage_name: as the linker has it
 * @range: its place; of a thread-local one @range.address is its offset in
 *         the file's block of thread-local memory and @range.offset none
 */
struct symbols_variable {
    const char *name;
    const char *linkage_name;
    struct symbols_range range;
    bool is_thread_local;
};

/**
 * symbols_file_functions() - all functions, in no order
 * @each: called with each range; what is not 0 ends it. Strings are valid
 *        until the close
 *
 * Of DWARF, and of the symbol tables what DWARF does not cover, and other
 * names of what it does.
 *
 * Return: 0, what @each returned, or -ENOMEM.
 */
int symbols_file_functions(struct symbols_file *file,
                           int (*each)(void *context,
                                       const struct symbols_function *function),
                           void *context);

/**
 * symbols_file_source_ranges() - all ranges of source files, by the line tables
 *
 * As symbols_file_functions(); neighbours of the same source are one.
 */
int symbols_file_source_ranges(struct symbols_file *file,
                               int (*each)(void *context,
                                           const struct symbols_source *source),
                               void *context);

/** symbols_file_variables() - as symbols_file_functions(). */
int symbols_file_variables(struct symbols_file *file,
                           int (*each)(void *context,
                                       const struct symbols_variable *variable),
                           void *context);

/**
 * symbols_file_address() - the address of an offset in the file
 *
 * Return: whether a segment is loaded from there.
 */
bool symbols_file_address(const struct symbols_file *file, uint64_t offset,
                          uint64_t *address);

/**
 * symbols_file_segment() - the segment that an address is in
 * @segment: set to its addresses in memory, and where it starts in the file
 *
 * Return: false where there is none.
 */
bool symbols_file_segment(const struct symbols_file *file, uint64_t address,
                          struct symbols_range *segment);

#endif /* SYMBOLS_FILE_H */
