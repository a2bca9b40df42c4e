/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modules.h - the files that were mapped, each opened when it is first needed
 * and only used where it is still the one that was mapped.
 */
#ifndef MODULES_H
#define MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names.h"
#include "symbols.h"
#include "symbols_file.h"

/**
 * struct module - a file that was mapped
 * @path: as the guest had it
 * @build_id: in hexadecimal, or NULL
 * @file_bytes, @mtime_ns, @content: what it had then, 0 where unknown
 * @is_unknown: which file it was then is not known
 * @is_opened: or it was tried
 * @file: NULL where there are no names to be had
 * @problem: why, in words; NULL where it is no problem
 * @is_refused: because it is not, or may not be, the file that was mapped
 */
struct module {
    const char *path;
    const char *build_id;
    uint64_t file_bytes;
    uint64_t mtime_ns;
    uint64_t content;
    bool is_unknown;
    bool is_opened;
    struct symbols_file *file;
    const char *problem;
    bool is_refused;
    struct modules *modules;
    struct module *next;
    struct module *next_in_bucket;
};

#define MODULES_BUCKETS 4096

struct modules {
    struct module *first;
    struct module *last;
    struct module *buckets[MODULES_BUCKETS]; /* by path */
    struct names names;
    struct symbols_config config;
    char **debug_dirs;
    char *sysroot;
};

int modules_init(struct modules *modules, const struct symbols_config *config);
void modules_free(struct modules *modules);

/** modules_add() - Return: the file of a mapping, or NULL for no memory. */
struct module *modules_add(struct modules *modules,
                           const struct symbols_mapping *mapping);

/** modules_program() - Return: the file that was mapped first, or NULL. */
struct module *modules_program(struct modules *modules);

/** modules_problem_at() - @is_refused: of files that are not those mapped */
const char *modules_problem_at(const struct modules *modules, size_t i,
                               bool is_refused);

/** module_first_segment() - where its lowest segment is. */
void module_first_segment(struct module *module, uint64_t *address,
                          uint64_t *offset);

#define MODULE_BIASES 8

/**
 * module_biases() - how a mapping of it can have come about
 * @biases: differences of addresses in memory and in the file
 *
 * Return: how many; 0 where it has no segment there, or no names.
 */
size_t module_biases(struct module *module,
                     const struct symbols_mapping *mapping,
                     uint64_t biases[MODULE_BIASES]);

/**
 * module_has_data() - can memory of no file at that address be the file's?
 *
 * A loader fills up segments with such memory.  Where it took the place of
 * code, what is in it is not known; copies of code are told as the file.
 */
bool module_has_data(const struct module *module, uint64_t address);

/* All return 0, or -ENOMEM. */
int module_code(struct module *module, uint64_t address,
                struct symbols_code *out);
int module_data(struct module *module, uint64_t address,
                struct symbols_data *out);
int module_tls_data(struct module *module, uint64_t offset,
                    struct symbols_data *out);

/**
 * module_tls_block() - where the program's thread-local memory is
 *
 * Return: whether it has any, on an architecture where that is known.
 */
bool module_tls_block(struct module *module, uint64_t thread_pointer,
                      uint64_t *start, uint64_t *size_bytes);

#endif /* MODULES_H */
