/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols.c - places of processes to addresses of files, and their names.
 *
 * How a file was loaded is told by one number, the difference of addresses in
 * memory and in the file: see modules.c for how it is found.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "check.h"
#include "modules.h"
#include "names.h"
#include "range.h"
#include "spaces.h"
#include "symbols.h"

/* What was mapped, as it was told. */
struct record {
    struct symbols_mapping mapping;
    struct module *module; /* NULL: of no file */
    uint64_t bias;
    bool has_bias;
    bool has_no_bias; /* sought, and there is none */
};

struct symbols {
    struct spaces spaces;
    struct modules modules;
    struct names names;
    struct record *records;
    size_t n_records;
    size_t room;
    const char *file; /* the last one's name, kept */

    /* Code that was made at run time: where, and by its number the name. */
    struct spaces made;
    const char **made_names;
    size_t n_made;
    size_t room_made;
};

/* What its module is called. */
#define MADE_MODULE "[jit]"

/* Steps down from an address to find the file before it: over its .bss. */
#define STEPS_DOWN 4

int symbols_new(const struct symbols_config *config, struct symbols **out)
{
    struct symbols *symbols = calloc(1, sizeof(*symbols));
    int error = symbols ? modules_init(&symbols->modules, config) : -ENOMEM;

    if (error != 0) {
        symbols_free(symbols);
        symbols = NULL;
    }
    *out = symbols;
    return error;
}

void symbols_free(struct symbols *symbols)
{
    if (symbols) {
        spaces_free(&symbols->spaces);
        modules_free(&symbols->modules);
        names_free(&symbols->names);
        free(symbols->records);
        spaces_free(&symbols->made);
        free(symbols->made_names);
        free(symbols);
    }
}

static int add_record(struct symbols *symbols,
                      const struct symbols_mapping *mapping)
{
    struct record *record;

    if (array_reserve(symbols->records, symbols->room, symbols->n_records + 1) <
        0) {
        return -ENOMEM;
    }
    if (!symbols->file || strcmp(symbols->file, mapping->file) != 0) {
        symbols->file =
            names_keep(&symbols->names, mapping->file, strlen(mapping->file));
        if (!symbols->file) {
            return -ENOMEM;
        }
    }
    record = &symbols->records[symbols->n_records];
    *record = (struct record){.mapping = *mapping};
    record->mapping.file = symbols->file;
    record->mapping.build_id = NULL;
    if (mapping->file[0] == '/') {
        record->module = modules_add(&symbols->modules, mapping);
        if (!record->module) {
            return -ENOMEM;
        }
        record->mapping.build_id = record->module->build_id;
    }
    symbols->n_records++;
    return 0;
}

int symbols_map(struct symbols *symbols, const struct symbols_mapping *mapping)
{
    uint32_t item = SPACES_NONE;

    if (mapping->size_bytes == 0) {
        return 0;
    }
    if (mapping->file) {
        int error = symbols->n_records < SPACES_NONE
                        ? add_record(symbols, mapping)
                        : -ENOMEM;

        if (error != 0) {
            return error;
        }
        item = (uint32_t)(symbols->n_records - 1);
    }
    return spaces_map(&symbols->spaces, mapping->pid, mapping->time,
                      mapping->vaddr,
                      range_last(mapping->vaddr, mapping->size_bytes), item);
}

int symbols_fork(struct symbols *symbols, uint64_t pid, uint64_t parent,
                 uint64_t time)
{
    int error = spaces_fork(&symbols->spaces, pid, parent, time);

    return error != 0 ? error : spaces_fork(&symbols->made, pid, parent, time);
}

int symbols_start(struct symbols *symbols, uint64_t pid, uint64_t time)
{
    int error = spaces_start(&symbols->spaces, pid, time);

    return error != 0 ? error : spaces_start(&symbols->made, pid, time);
}

int symbols_make(struct symbols *symbols, const struct symbols_made *made)
{
    const char **name;

    if (symbols->n_made == SPACES_NONE) {
        return -ENOMEM;
    }
    name = array_add(symbols->made_names, symbols->n_made, symbols->room_made);
    if (!name) {
        return -ENOMEM;
    }
    *name = names_keep(&symbols->names, made->name, made->name_bytes);
    if (!*name) {
        symbols->n_made--;
        return -ENOMEM;
    }
    return spaces_map(&symbols->made, made->pid, made->time, made->vaddr,
                      range_last(made->vaddr, made->size_bytes),
                      (uint32_t)(symbols->n_made - 1));
}

const char *symbols_problem_at(const struct symbols *symbols, size_t i)
{
    const struct modules *modules = &symbols->modules;
    const char *problem = modules_problem_at(modules, i, false);
    size_t n = 0;

    while (!problem && n < i && modules_problem_at(modules, n, false)) {
        n++;
    }
    i -= n;
    for (const struct module *module = modules->first; module && !problem;
         module = module->next) {
        for (n = 0; module->file && symbols_file_problem(module->file, n);
             n++) {
            if (i-- == 0) {
                return symbols_file_problem(module->file, n);
            }
        }
    }
    return problem;
}

const char *symbols_refusal_at(const struct symbols *symbols, size_t i)
{
    return modules_problem_at(&symbols->modules, i, true);
}

/* Return: as spaces_find(), and the record. */
static int find(struct symbols *symbols, const struct symbols_place *place,
                uint64_t vaddr, struct spaces_piece *piece,
                struct record **record)
{
    int found = 0;

    /* While mappings are told: without sorting all that were. */
    if (place->time == UINT64_MAX) {
        found = spaces_find_latest(&symbols->spaces, place->pid, vaddr, piece);
    }
    if (found == 0) {
        found = spaces_find(&symbols->spaces, place->pid, place->time, vaddr,
                            piece);
    }
    check(found <= 0 || piece->item < symbols->n_records,
          "what is mapped has a record");
    *record = found > 0 ? &symbols->records[piece->item] : NULL;
    return found;
}

int symbols_mapping_at(struct symbols *symbols,
                       const struct symbols_place *place,
                       struct symbols_mapping *out)
{
    struct spaces_piece piece;
    struct record *record;
    int found = find(symbols, place, place->vaddr, &piece, &record);

    *out = (struct symbols_mapping){0};
    if (found <= 0) {
        return found < 0 ? found : -ENOENT;
    }
    *out = record->mapping;
    out->pid = place->pid;
    out->offset += piece.first - out->vaddr;
    out->vaddr = piece.first;
    out->size_bytes = piece.last - piece.first + 1;
    return 0;
}

struct settling {
    const struct symbols *symbols;
    const struct record *first;
};

static int is_other(void *context, const struct spaces_piece *piece)
{
    struct settling *settling = context;
    const struct record *record = &settling->symbols->records[piece->item];
    const struct record *first = settling->first;

    if (!first) {
        settling->first = record;
        return 0;
    }
    return record->module != first->module ||
           record->mapping.offset - record->mapping.vaddr !=
               first->mapping.offset - first->mapping.vaddr;
}

static int is_made(void *context, const struct spaces_piece *piece)
{
    (void)context;
    (void)piece;
    return 1;
}

bool symbols_is_settled(struct symbols *symbols, uint64_t vaddr)
{
    struct settling settling = {symbols, NULL};

    return spaces_each(&symbols->spaces, vaddr, is_other, &settling) == 0 &&
           spaces_each(&symbols->made, vaddr, is_made, NULL) == 0;
}

/* Is the start of the file where it is if the file was loaded so? */
static int verify(struct symbols *symbols, const struct symbols_place *place,
                  const struct record *record, uint64_t bias)
{
    uint64_t address;
    uint64_t offset;
    struct spaces_piece piece;
    struct record *other;
    int found;

    module_first_segment(record->module, &address, &offset);
    found = find(symbols, place, address + bias, &piece, &other);
    if (found <= 0) {
        return found;
    }
    return other->module == record->module &&
           other->mapping.offset + (address + bias - other->mapping.vaddr) ==
               offset;
}

/*
 * The difference of addresses in memory and in the file.  A page of the file
 * may be part of two segments; of the differences that are possible, that is
 * right with which the file's first segment is mapped, too, and the lowest if
 * there are several: they are pages of it mapped once more, higher up.
 */
static int find_bias(struct symbols *symbols, const struct symbols_place *place,
                     struct record *record)
{
    uint64_t candidates[MODULE_BIASES];
    size_t n;
    bool is_verified = false;

    if (record->has_bias || record->has_no_bias) {
        return 0;
    }
    n = module_biases(record->module, &record->mapping, candidates);
    record->has_no_bias = n == 0;
    for (size_t i = 0; i < n; i++) {
        int found = verify(symbols, place, record, candidates[i]);

        if (found < 0) {
            return found;
        }
        if (i == 0 ||
            (found && (!is_verified || candidates[i] < record->bias))) {
            record->bias = candidates[i];
        }
        is_verified |= found;
        record->has_bias = true;
    }
    return 0;
}

/*
 * The file that an address belongs to, and its address in it. Memory of no
 * file may be the file's all the same: what follows it up to its segment's
 * end. Return: 0, -ENOENT, -ENOMEM.
 */
static int locate(struct symbols *symbols, const struct symbols_place *place,
                  struct module **module, uint64_t *address)
{
    uint64_t vaddr = place->vaddr;
    struct spaces_piece piece;
    struct record *record;

    for (unsigned steps = 0; steps < STEPS_DOWN; steps++) {
        int found = find(symbols, place, vaddr, &piece, &record);

        if (found < 0) {
            return found;
        }
        if (found > 0 && record->module) {
            int error = find_bias(symbols, place, record);

            *module = record->module;
            *address = place->vaddr - record->bias;
            if (error != 0) {
                return error;
            }
            if (steps == 0) {
                *address = record->has_bias
                               ? *address
                               : place->vaddr - record->mapping.vaddr +
                                     record->mapping.offset;
                return 0;
            }
            return record->has_bias && module_has_data(*module, *address)
                       ? 0
                       : -ENOENT;
        }
        if (found == 0 || piece.first == 0) {
            return -ENOENT;
        }
        vaddr = piece.first - 1;
    }
    return -ENOENT;
}

int symbols_prepare(struct symbols *symbols)
{
    int error = spaces_prepare(&symbols->spaces);

    return error ? error : spaces_prepare(&symbols->made);
}

static struct symbols_part part_of(const struct symbols *symbols, uint64_t pid,
                                   const struct spaces_piece *piece)
{
    return (struct symbols_part){
        .pid = pid,
        .from = piece->from,
        .to = piece->to,
        .first = piece->first,
        .last = piece->last,
        .mapping = piece->item,
        .tag = symbols->records[piece->item].mapping.tag,
    };
}

int symbols_part_at(struct symbols *symbols, const struct symbols_place *place,
                    struct symbols_part *out)
{
    struct spaces_piece piece;
    int found = spaces_find(&symbols->spaces, place->pid, place->time,
                            place->vaddr, &piece);

    if (found <= 0) {
        return 0;
    }
    *out = part_of(symbols, place->pid, &piece);
    return 1;
}

/* For symbols_each_part(). */
struct telling {
    const struct symbols *symbols;
    int (*each)(void *context, const struct symbols_part *part);
    void *context;
};

static int tell(void *context, uint64_t pid, const struct spaces_piece *piece)
{
    const struct telling *telling = context;
    struct symbols_part part = part_of(telling->symbols, pid, piece);

    return telling->each(telling->context, &part);
}

int symbols_each_part(struct symbols *symbols,
                      int (*each)(void *context,
                                  const struct symbols_part *part),
                      void *context)
{
    struct telling telling = {symbols, each, context};

    return spaces_all(&symbols->spaces, tell, &telling);
}

int symbols_image_at(struct symbols *symbols, const struct symbols_place *place,
                     const char **path, uint64_t *bias,
                     struct symbols_file **file)
{
    struct module *module;
    uint64_t address;
    int error = locate(symbols, place, &module, &address);

    if (error == 0) {
        *path = module->path;
        *bias = place->vaddr - address;
        *file = module->file;
    }
    return error;
}

/* Code of no file. Return: as symbols_code(). */
static int made_code(struct symbols *symbols, const struct symbols_place *place,
                     struct symbols_code *out)
{
    struct spaces_piece piece;
    int found = symbols->n_made > 0
                    ? spaces_find(&symbols->made, place->pid, place->time,
                                  place->vaddr, &piece)
                    : 0;

    if (found <= 0) {
        return found < 0 ? found : -ENOENT;
    }
    check(piece.item < symbols->n_made, "what was made has a name");
    out->module = MADE_MODULE;
    out->module_offset = place->vaddr;
    out->needs_libraries = true;
    out->n_frames = 1;
    out->frames[0] =
        (struct symbols_frame){.function = symbols->made_names[piece.item]};
    return 0;
}

int symbols_code(struct symbols *symbols, const struct symbols_place *place,
                 struct symbols_code *out)
{
    struct module *module;
    int error = locate(symbols, place, &module, &out->module_offset);

    out->module = NULL;
    out->needs_libraries = false;
    out->n_frames = 0;
    out->before = NULL;
    out->after = NULL;
    if (error != 0) {
        out->module_offset = 0;
        return error == -ENOENT ? made_code(symbols, place, out) : error;
    }
    out->module = module->path;
    return module_code(module, out->module_offset, out);
}

bool symbols_thread_block(struct symbols *symbols, uint64_t thread_pointer,
                          uint64_t *vaddr, uint64_t *size_bytes)
{
    struct module *module = modules_program(&symbols->modules);

    return module &&
           module_tls_block(module, thread_pointer, vaddr, size_bytes);
}

int symbols_thread_data(struct symbols *symbols,
                        const struct symbols_place *place,
                        uint64_t thread_pointer, struct symbols_data *out)
{
    struct module *module = modules_program(&symbols->modules);
    uint64_t start;
    uint64_t size;

    *out = (struct symbols_data){0};
    if (!symbols_thread_block(symbols, thread_pointer, &start, &size) ||
        place->vaddr - start >= size) {
        return -ENOENT;
    }
    out->module = module->path;
    out->module_offset = place->vaddr - start;
    return module_tls_data(module, out->module_offset, out);
}

int symbols_data(struct symbols *symbols, const struct symbols_place *place,
                 struct symbols_data *out)
{
    struct module *module;
    struct spaces_piece piece;
    struct record *record;
    uint64_t address;
    int error = find(symbols, place, place->vaddr, &piece, &record);

    if (error > 0 && record->mapping.thread_pointer != 0) {
        return symbols_thread_data(symbols, place,
                                   record->mapping.thread_pointer, out);
    }
    *out = (struct symbols_data){0};
    error = error < 0 ? error : locate(symbols, place, &module, &address);
    if (error != 0) {
        return error;
    }
    out->module = module->path;
    out->module_offset = address;
    return module_data(module, address, out);
}

const char *symbols_data_text(const struct symbols_data *data,
                              char text[SYMBOLS_DATA_TEXT])
{
    text[0] = '\0';
    if (data->variable && data->path[0] == '\0' && data->offset > 0) {
        snprintf(text, SYMBOLS_DATA_TEXT, "%s+%llu", data->variable,
                 (unsigned long long)data->offset);
    } else if (data->variable) {
        snprintf(text, SYMBOLS_DATA_TEXT, "%s%s", data->variable, data->path);
    }
    return text;
}

const char *symbols_last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}
