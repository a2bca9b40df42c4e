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
 * struct symbols_mapping - something was mapped, or unmapped
 * @pid: in which process
 * @time: from when on, in ticks; not before that of the one told before
 * @vaddr, @size_bytes: where; what was there is there no more
 * @offset: of @vaddr in the file
 * @file: the guest's path of it; "" for memory of no file, and what starts
 *        otherwise than by "/" names such memory; NULL: nothing is there now.
 *        Copied
 * @build_id: hexadecimal, of the file when it was mapped, or NULL; copied
 * @file_bytes, @mtime_ns: size and time of the file then, to tell one without
 *                         a build-id by; 0 where unknown
 * @content: as in struct elf_identity; 0 where it is not known, and the time
 *           has to do
 * @is_unknown: it is not known which file was mapped: what is there now is not
 *              believed
 * @tag: the caller's own, see symbols_mapping_at()
 * @thread_pointer: of the thread whose thread-local memory it has, as the ABI
 *                  has it; 0 where it is none's or not known
 */
struct symbols_mapping {
    uint64_t pid;
    uint64_t time;
    uint64_t vaddr;
    uint64_t size_bytes;
    uint64_t offset;
    const char *file;
    const char *build_id;
    uint64_t file_bytes;
    uint64_t mtime_ns;
    uint64_t content;
    bool is_unknown;
    uint64_t tag;
    uint64_t thread_pointer;
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
 * symbols_start() - process @pid starts with nothing
 *
 * Needed only where another had that number before.
 */
int symbols_start(struct symbols *symbols, uint64_t pid, uint64_t time);

/**
 * struct symbols_made - code that a process made at run time
 * @time: since when; it takes the place of what was there
 * @name: @name_bytes of it, copied
 */
struct symbols_made {
    uint64_t pid;
    uint64_t time;
    uint64_t vaddr;
    uint64_t size_bytes;
    const char *name;
    size_t name_bytes;
};

/**
 * symbols_make() - tell of code that is in no file
 *
 * In the order of time, with what is mapped.  It names what no file names.
 *
 * Return: 0, or -ENOMEM.
 */
int symbols_make(struct symbols *symbols, const struct symbols_made *made);

/**
 * struct symbols_frame - a function that a program counter is in
 * @function: its name, demangled; NULL where unknown
 * @offset: of the program counter in it; of an inlined one 0
 * @source: path of the source file as the compiler had it; NULL if unknown
 * @line, @column: from 1, 0 where unknown
 * @is_inlined: into the frame that follows
 * @unit: of a function that only its symbol tells of, and that no other object
 *        of the program could call: the object or source that it is from, ""
 *        where the linker does not say; else NULL
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
    const char *unit;
};

/**
 * struct symbols_place - an address as it was in a process at a time
 */
struct symbols_place {
    uint64_t pid;
    uint64_t time;
    uint64_t vaddr;
};

/**
 * symbols_mapping_at() - what is mapped at a place
 * @out: the part of the mapping around it that is still there; @out.time is
 *       when it was mapped first, and strings are valid until symbols_free()
 *
 * With @place.time UINT64_MAX: as of the mapping told last. Where nothing was
 * at that time, what was there before, or else came next: an access that was
 * made was made to something.
 *
 * Return: 0; -ENOENT where there never was anything; -ENOMEM.
 */
int symbols_mapping_at(struct symbols *symbols,
                       const struct symbols_place *place,
                       struct symbols_mapping *out);

/**
 * struct symbols_part - a part of a mapping for as long as it was there
 * @pid: of which process
 * @from, @to: in ticks, both belong to it
 * @first, @last: addresses, both belong to it
 * @mapping: a number of the mapping that it is part of
 * @tag: of that, as it was told
 */
struct symbols_part {
    uint64_t pid;
    uint64_t from;
    uint64_t to;
    uint64_t first;
    uint64_t last;
    uint32_t mapping;
    uint64_t tag;
};

/**
 * symbols_prepare() - all mappings have been told
 *
 * From then on symbols_part_at() may be called by several threads at once.
 *
 * Return: 0, or -ENOMEM.
 */
int symbols_prepare(struct symbols *symbols);

/**
 * symbols_part_at() - the part that an access was made to
 *
 * As symbols_mapping_at(); of a guess @out.from and @out.to are @place.time.
 *
 * Return: 1, or 0 where there never was anything.
 */
int symbols_part_at(struct symbols *symbols, const struct symbols_place *place,
                    struct symbols_part *out);

/**
 * symbols_each_part() - all parts of all processes, in no order
 * @each: called with each; what is not 0 ends it
 *
 * Return: 0, what @each returned, or -ENOMEM.
 */
int symbols_each_part(struct symbols *symbols,
                      int (*each)(void *context,
                                  const struct symbols_part *part),
                      void *context);

struct symbols_file;

/**
 * symbols_image_at() - the program or library that a place belongs to
 * @path: set to the guest's path of it
 * @bias: set to the difference of addresses in memory and in the file
 * @file: set to the file, or NULL where there are no names to be had
 *
 * Return: 0, -ENOENT or -ENOMEM.
 */
int symbols_image_at(struct symbols *symbols, const struct symbols_place *place,
                     const char **path, uint64_t *bias,
                     struct symbols_file **file);

/**
 * symbols_is_settled() - is an address the same in all processes at all times?
 *
 * Then an instruction there needs naming but once.
 *
 * Return: whether at most one file was ever mapped there, the same way.
 */
bool symbols_is_settled(struct symbols *symbols, uint64_t vaddr);

/**
 * symbols_problem_at() - what kept names from being found, in words
 * @i: from 0
 *
 * Files that are not there, or are not those that were mapped: only of those
 * that were looked into. None is named twice.
 *
 * Return: one line, no full stop; NULL where @i is past the last.
 */
const char *symbols_problem_at(const struct symbols *symbols, size_t i);

/** symbols_refusal_at() - of these, of files that are not those mapped. */
const char *symbols_refusal_at(const struct symbols *symbols, size_t i);

#define SYMBOLS_FRAMES 16

/**
 * struct symbols_code - what is known of a program counter
 * @module: path of the file that is mapped there, NULL where none is
 * @module_offset: of the address in the file's own addresses (as nm has them)
 * @needs_libraries: the file is linked with others, which are not in it
 * @n_frames: at least 1 where anything is known; the innermost comes first
 * @before, @after: where no function is known, the symbols of code on either
 *                  side, as in the file; NULL where there is none
 */
struct symbols_code {
    const char *module;
    uint64_t module_offset;
    bool needs_libraries;
    size_t n_frames;
    struct symbols_frame frames[SYMBOLS_FRAMES];
    const char *before;
    const char *after;
};

/**
 * symbols_code() - name a program counter
 *
 * Not for two threads at once.
 *
 * Return: 0; -ENOENT where no file is mapped (@out is empty); -ENOMEM.
 */
int symbols_code(struct symbols *symbols, const struct symbols_place *place,
                 struct symbols_code *out);

/**
 * struct symbols_data - what is known of the address of data
 * @module, @module_offset: as in struct symbols_code
 * @variable: a global, static or thread-local one, NULL where none is known
 * @offset: of the address in it
 * @size_bytes: of the variable
 * @path: what of it: "[17].next", ".count", "" (by its type, from DWARF; of
 *        a union's members the first that has the byte)
 * @is_atomic: it, or what of it, is of C's _Atomic type (from DWARF 5)
 * @source, @line: where it is declared; NULL, 0 where unknown
 */
struct symbols_data {
    const char *module;
    uint64_t module_offset;
    const char *variable;
    uint64_t offset;
    uint64_t size_bytes;
    char path[120];
    bool is_atomic;
    const char *source;
    unsigned line;
};

/**
 * symbols_data() - name an address of data; returns as symbols_code()
 *
 * Thread-local variables are those of symbols_thread_data().
 */
int symbols_data(struct symbols *symbols, const struct symbols_place *place,
                 struct symbols_data *out);

/**
 * symbols_thread_data() - name an address of thread-local data
 * @thread_pointer: of the thread whose it may be, as the ABI has it
 *
 * Knows the block of the program itself, at its fixed distance from the
 * thread pointer (struct guest_tls).
 *
 * Return: 0; -ENOENT where the address is not in that block; -ENOMEM.
 */
int symbols_thread_data(struct symbols *symbols,
                        const struct symbols_place *place,
                        uint64_t thread_pointer, struct symbols_data *out);

/**
 * symbols_thread_block() - where the program's thread-local variables are
 *
 * Return: whether it has any, as far as is known.
 */
bool symbols_thread_block(struct symbols *symbols, uint64_t thread_pointer,
                          uint64_t *vaddr, uint64_t *size_bytes);

/** SYMBOLS_DATA_TEXT - room that symbols_data_text() may use. */
#define SYMBOLS_DATA_TEXT 512

/**
 * symbols_data_text() - a variable and what of it: "counter+4",
 * "table[17].next"
 *
 * Return: @text, cut where it is too long; "" where no variable is known.
 */
const char *symbols_data_text(const struct symbols_data *data,
                              char text[SYMBOLS_DATA_TEXT]);

/** symbols_last_part() - Return: of a path, from behind the last slash on. */
const char *symbols_last_part(const char *path);

#endif /* SYMBOLS_H */
