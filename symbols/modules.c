/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modules.c - the files that were mapped: opening them, telling whether they
 * have changed, and what their segments say of how they were loaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf_identity.h"
#include "file_parts.h"
#include "modules.h"

int modules_init(struct modules *modules, const struct symbols_config *config)
{
    size_t n = config ? config->n_debug_dirs : 0;

    if (config && config->sysroot) {
        modules->sysroot = strdup(config->sysroot);
        if (!modules->sysroot) {
            return -ENOMEM;
        }
        modules->config.sysroot = modules->sysroot;
    }
    modules->debug_dirs = calloc(n + 1, sizeof(*modules->debug_dirs));
    if (!modules->debug_dirs) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        modules->debug_dirs[i] = strdup(config->debug_dirs[i]);
        if (!modules->debug_dirs[i]) {
            return -ENOMEM;
        }
    }
    modules->config.debug_dirs = (const char *const *)modules->debug_dirs;
    modules->config.n_debug_dirs = n;
    return 0;
}

void modules_free(struct modules *modules)
{
    while (modules->first) {
        struct module *next = modules->first->next;

        symbols_file_close(modules->first->file);
        free(modules->first);
        modules->first = next;
    }
    for (size_t i = 0; modules->debug_dirs && modules->debug_dirs[i]; i++) {
        free(modules->debug_dirs[i]);
    }
    free(modules->debug_dirs);
    free(modules->sysroot);
    names_free(&modules->names);
}

static bool is_it(const struct module *module,
                  const struct symbols_mapping *mapping)
{
    const char *build_id = mapping->build_id ? mapping->build_id : "";

    return strcmp(module->path, mapping->file) == 0 &&
           strcmp(module->build_id ? module->build_id : "", build_id) == 0 &&
           module->file_bytes == mapping->file_bytes &&
           module->mtime_ns == mapping->mtime_ns &&
           module->content == mapping->content &&
           module->is_unknown == mapping->is_unknown;
}

static const char *keep(struct modules *modules, const char *text)
{
    return names_keep(&modules->names, text, strlen(text));
}

static size_t bucket_of(const char *path)
{
    uint64_t hash = 14695981039346656037u;

    for (; *path; path++) {
        hash = (hash ^ (unsigned char)*path) * 1099511628211u;
    }
    return (hash >> 32) % MODULES_BUCKETS;
}

static struct module *new_module(struct modules *modules,
                                 const struct symbols_mapping *mapping)
{
    struct module *module = calloc(1, sizeof(*module));
    bool has_id = mapping->build_id && *mapping->build_id;

    if (!module) {
        return NULL;
    }
    module->path = keep(modules, mapping->file);
    module->build_id = has_id ? keep(modules, mapping->build_id) : NULL;
    if (!module->path || (has_id && !module->build_id)) {
        free(module);
        return NULL;
    }
    module->file_bytes = mapping->file_bytes;
    module->mtime_ns = mapping->mtime_ns;
    module->content = mapping->content;
    module->is_unknown = mapping->is_unknown;
    module->modules = modules;
    return module;
}

struct module *modules_add(struct modules *modules,
                           const struct symbols_mapping *mapping)
{
    struct module **bucket = &modules->buckets[bucket_of(mapping->file)];
    struct module *module = *bucket;

    while (module && !is_it(module, mapping)) {
        module = module->next_in_bucket;
    }
    if (module) {
        return module;
    }
    module = new_module(modules, mapping);
    if (!module) {
        return NULL;
    }
    module->next_in_bucket = *bucket;
    *bucket = module;
    if (modules->last) {
        modules->last->next = module;
    } else {
        modules->first = module;
    }
    modules->last = module;
    return module;
}

struct module *modules_program(struct modules *modules)
{
    return modules->first;
}

const char *modules_problem_at(const struct modules *modules, size_t i,
                               bool is_refused)
{
    for (const struct module *module = modules->first; module;
         module = module->next) {
        if (module->problem && (module->is_refused || !is_refused) &&
            i-- == 0) {
            return module->problem;
        }
    }
    return NULL;
}

/* Return: whether what is in the file is what was in it, as far as was noted.
 */
static bool has_content(const struct module *module)
{
    struct elf_identity identity;
    struct stat st;
    int fd = open(symbols_file_path(module->file), O_RDONLY | O_CLOEXEC);
    bool is_read =
        fd >= 0 && fstat(fd, &st) == 0 && elf_identity_read(fd, &st, &identity);

    if (fd >= 0) {
        close(fd);
    }
    return is_read && identity.content == module->content;
}

/* Of a file without a build-id. Return: how it differs, or NULL. */
static const char *other_content(const struct module *module, char text[300])
{
    const struct symbols_file *file = module->file;
    /* Older recorders noted no content; of a large file a part is noted. */
    bool has_time =
        module->content == 0 || module->file_bytes > 2 * ELF_IDENTITY_HASHED;

    if (module->file_bytes != file->file_bytes) {
        snprintf(text, 300, "it had %llu bytes and has %llu",
                 (unsigned long long)module->file_bytes,
                 (unsigned long long)file->file_bytes);
        return text;
    }
    if (has_time && module->mtime_ns != file->mtime_ns) {
        return "it was written to since";
    }
    if (module->content != 0 && !has_content(module)) {
        return "it has no build-id, and what is in it is different";
    }
    return NULL;
}

/* Return: how the file that is there differs from that which was mapped. */
static const char *difference(const struct module *module, char text[300])
{
    const struct symbols_file *file = module->file;

    if (module->build_id) {
        if (strcmp(module->build_id, file->build_id) == 0) {
            return NULL;
        }
        snprintf(text, 300, "its build-id was %.128s and is %.128s",
                 module->build_id,
                 file->build_id[0] != '\0' ? file->build_id : "none");
        return text;
    }
    return module->file_bytes > 0 ? other_content(module, text) : NULL;
}

__attribute__((format(printf, 2, 3))) static void
set_problem(struct module *module, const char *format, ...)
{
    const char *problem;
    va_list arguments;

    va_start(arguments, format);
    problem = names_format(&module->modules->names, format, arguments);
    va_end(arguments);
    if (problem) {
        module->problem = problem;
    }
}

/* What is there is not believed unless it is known to be what was mapped. */
static void refuse_other(struct module *module)
{
    const char *path = symbols_file_path(module->file);
    char text[300];
    const char *changed;

    if (module->is_unknown) {
        set_problem(module,
                    "%s: the recording has no note of which file this was; "
                    "nothing of it is named",
                    path);
        module->is_refused = true;
    } else if ((changed = difference(module, text)) != NULL) {
        set_problem(module,
                    "%s is not the file that was recorded: %s; nothing of it "
                    "is named",
                    path, changed);
        module->is_refused = true;
    }
    if (module->is_refused) {
        symbols_file_close(module->file);
        module->file = NULL;
    }
}

/* Files that are mapped for their data are no programs: that is no problem. */
static int open_module(struct module *module)
{
    int error;

    if (module->is_opened) {
        return 0;
    }
    error = symbols_file_open(module->path, &module->modules->config,
                              &module->file);
    if (error == -ENOMEM) {
        return error;
    }
    module->is_opened = true;
    if (error == -ENOEXEC) {
        return 0;
    }
    if (error != 0) {
        set_problem(module, "%s: %s; nothing of it is named", module->path,
                    strerror(-error));
        return 0;
    }
    refuse_other(module);
    return 0;
}

/* Return: the opened file, or NULL; *@error is set where memory is short. */
static struct symbols_file *file_of(struct module *module, int *error)
{
    *error = open_module(module);
    return module->file;
}

void module_first_segment(struct module *module, uint64_t *address,
                          uint64_t *offset)
{
    const struct symbols_file *file = module->file;

    *address = 0;
    *offset = 0;
    for (size_t i = 0; file && i < file->n_segments; i++) {
        if (i == 0 || file->segments[i].address < *address) {
            *address = file->segments[i].address;
            *offset = file->segments[i].offset;
        }
    }
}

/* Bytes that a mapping of the file and a segment of it have in common. */
static uint64_t overlap(const struct symbols_mapping *mapping,
                        const struct segment *segment)
{
    uint64_t start =
        mapping->offset > segment->offset ? mapping->offset : segment->offset;
    uint64_t left = mapping->offset + mapping->size_bytes;
    uint64_t right = segment->offset + segment->file_bytes;
    uint64_t end = left < right ? left : right;

    if (left < mapping->offset || right < segment->offset || end < start) {
        return 0;
    }
    return end - start;
}

static size_t find_biases(const struct symbols_file *file,
                          const struct symbols_mapping *mapping, bool is_moved,
                          uint64_t biases[MODULE_BIASES])
{
    uint64_t most = 0;
    size_t n = 0;

    for (size_t i = 0; i < file->n_segments; i++) {
        const struct segment *segment = &file->segments[i];
        uint64_t shared = overlap(mapping, segment);
        uint64_t bias = mapping->vaddr - mapping->offset -
                        (segment->address - segment->offset);

        if (shared == 0 || n == MODULE_BIASES || (bias != 0 && !is_moved)) {
            continue;
        }
        /* The likeliest first. */
        biases[n++] = bias;
        if (shared > most) {
            biases[n - 1] = biases[0];
            biases[0] = bias;
            most = shared;
        }
    }
    return n;
}

size_t module_biases(struct module *module,
                     const struct symbols_mapping *mapping,
                     uint64_t biases[MODULE_BIASES])
{
    int error;
    const struct symbols_file *file = file_of(module, &error);
    size_t n = 0;

    if (file) {
        n = find_biases(file, mapping, file->is_position_independent, biases);
    }
    /* A part of it may have been moved all the same, by mremap(). */
    if (file && n == 0) {
        n = find_biases(file, mapping, true, biases);
    }
    return n;
}

bool module_has_data(const struct module *module, uint64_t address)
{
    const struct symbols_file *file = module->file;

    for (size_t i = 0; file && i < file->n_segments; i++) {
        const struct segment *segment = &file->segments[i];
        uint64_t offset = address - segment->address;

        if (offset < segment->memory_bytes &&
            !(segment->is_code && offset < segment->file_bytes)) {
            return true;
        }
    }
    return false;
}

int module_code(struct module *module, uint64_t address,
                struct symbols_code *out)
{
    int error;
    struct symbols_file *file = file_of(module, &error);

    return file ? file_code(file, address, out) : error;
}

int module_data(struct module *module, uint64_t address,
                struct symbols_data *out)
{
    int error;
    struct symbols_file *file = file_of(module, &error);

    return file ? file_data(file, address, out) : error;
}

int module_tls_data(struct module *module, uint64_t offset,
                    struct symbols_data *out)
{
    int error;
    struct symbols_file *file = file_of(module, &error);

    return file ? file_tls_data(file, offset, out) : error;
}

static uint64_t round_up(uint64_t n, uint64_t align)
{
    return align > 1 ? (n + align - 1) / align * align : n;
}

/*
 * By the ABIs: the block ends at the thread pointer (variant II), or follows
 * a control block at it (variant I), which some pretend to be lower.
 */
bool module_tls_block(struct module *module, uint64_t thread_pointer,
                      uint64_t *start, uint64_t *size_bytes)
{
    int error;
    const struct symbols_file *file = file_of(module, &error);
    const struct guest_tls *tls;

    if (!file || !file->guest || file->tls.memory_bytes == 0) {
        return false;
    }
    *size_bytes = file->tls.memory_bytes;
    tls = &file->guest->tls;
    *start = tls->is_below
                 ? thread_pointer - round_up(*size_bytes, file->tls.align)
                 : thread_pointer - tls->bias_bytes +
                       round_up(tls->header_bytes, file->tls.align);
    return true;
}
