/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_parts.h - what an opened ELF file consists of, for the files of this
 * folder: segments, its symbol tables, functions and variables of DWARF.
 * Each part is read when it is first needed.
 */
#ifndef FILE_PARTS_H
#define FILE_PARTS_H

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <gelf.h>

#include "guest.h"
#include "intervals.h"
#include "names.h"
#include "symbols.h"
#include "symbols_file.h"

#define FILE_PROBLEMS 2

/* A PT_LOAD, or the PT_TLS. */
struct segment {
    uint64_t address;
    uint64_t offset;
    uint64_t file_bytes;
    uint64_t memory_bytes;
    uint64_t align;
    bool is_code;
};

enum symbol_kind { SYMBOL_CODE, SYMBOL_DATA, SYMBOL_TLS, SYMBOL_KINDS };

/* Of a symbol table. */
struct symbol {
    const char *name;
    const char *unit; /* as in struct symbols_frame */
    uint64_t address;
    uint64_t size_bytes;
    bool is_chosen; /* by what is there, as the program starts (IFUNC) */
};

struct symbol_table {
    bool is_read;
    bool has_objects; /* the linker has named some */
    const char *unit; /* of the symbols that come next */
    struct symbol *symbols;
    size_t n;
    size_t room;
    struct intervals kinds[SYMBOL_KINDS];
};

/* A subprogram of DWARF that has code. */
struct function {
    Dwarf_Die die;
    const char *name;
    const char *linkage_name;
};

/* What an entry is called, with its namespaces, classes and functions. */
struct scoped_name {
    uint64_t offset; /* of the entry */
    const char *name;
};

/* How the compiler wrote a path, and the same from the root on. */
struct source_path {
    const char *written;
    const char *full;
};

/* A compilation unit. */
struct unit {
    Dwarf_Die die;
    bool is_read;
    struct function *functions;
    size_t n_functions;
    size_t room;
    struct intervals ranges;
    bool has_lines;
    Dwarf_Lines *lines;
    size_t n_lines;
    const char *folder;
    struct source_path *paths;
    size_t n_paths;
    size_t paths_room;
    struct scoped_name *scoped; /* by offset: of what has no linkage name */
    size_t n_scoped;
    size_t scoped_room;
    bool is_cplusplus;
};

struct units {
    bool is_read;
    struct unit *units;
    size_t n;
    size_t room;
    struct intervals ranges;
};

/* A variable of DWARF that has a place of its own. */
struct variable {
    Dwarf_Die die;
    const char *name;
    const char *linkage_name;
    uint64_t address;
    uint64_t size_bytes;
    uint64_t part;       /* what of it is at the address: from here on ... */
    uint64_t part_bytes; /* ... so much; 0: all of it */
    size_t unit;         /* its number in struct units */
    bool is_thread_local;
};

struct variables {
    bool is_read;
    struct variable *variables;
    size_t n;
    size_t room;
    struct intervals places;
    struct intervals tls;
};

/* What kept names of the file from being found, in words, as far as it was
 * looked into. */
struct file_problems {
    const char *text[FILE_PROBLEMS];
    size_t n;
    size_t n_split; /* units whose split file was not to be had */
    const char *split;
    bool is_split_there; /* it is another's */
};

struct code_entry;

/* What was found of addresses of code: a hash table, its room a power of 2. */
struct code_cache {
    struct code_entry *entries;
    size_t n;
    size_t room;
};

struct symbols_file {
    char *path;
    char *debug_path;
    uint64_t file_bytes;
    uint64_t mtime_ns;
    char build_id[2 * 64 + 1];
    Dwfl_Callbacks callbacks;
    Dwfl *dwfl;
    Dwfl_Module *module;
    Elf *elf;
    const struct guest *guest; /* that it is for; NULL: not known */
    bool is_big_endian;
    bool is_position_independent;
    bool needs_libraries;
    struct segment *segments;
    size_t n_segments;
    struct segment tls;
    bool dwarf_is_read;
    Dwarf *dwarf;
    uint64_t dwarf_bias;
    struct names names;
    struct file_problems problems;
    struct symbol_table table;
    struct units units;
    struct variables variables;
    struct code_cache codes;
};

/* debug_files.c */
int file_set_debug_path(struct symbols_file *file,
                        const struct symbols_config *config);
/* Return: the file's DWARF, wherever it is, or NULL. */
Dwarf *file_dwarf(struct symbols_file *file);

/* The split file of a unit of the program is not to be had. */
void note_missing_split(struct symbols_file *file, Dwarf_Die *skeleton);

/* file_segments.c: a range, with its offset in the file if it has one */
struct symbols_range file_range(const struct symbols_file *file,
                                uint64_t address, uint64_t size_bytes);

/* symbol_table.c: all return 0, -ENOMEM, or what @each returned. */
int symbol_table_read(struct symbols_file *file);
const struct symbol *symbol_table_find(const struct symbols_file *file,
                                       enum symbol_kind kind, uint64_t address);
/* Where none is there: those of code that start last before, first behind. */
void symbol_table_around(const struct symbols_file *file, uint64_t address,
                         const char **before, const char **after);
/* ifuncs.c: of a symbol that is_chosen, the functions that it may be. */
/* Return: how many, 0 where that is not known; or what @each returned. */
int ifunc_each(struct symbols_file *file, const struct symbol *symbol,
               int (*each)(void *context, uint64_t start, uint64_t end),
               void *context);

void symbol_table_free(struct symbol_table *table);

/* dwarf_units.c */
int units_read(struct symbols_file *file);
int unit_read_functions(struct symbols_file *file, struct unit *unit);
struct unit *units_find(struct symbols_file *file, uint64_t address);
const struct function *unit_find(const struct unit *unit, uint64_t address,
                                 uint64_t *start);
void units_free(struct units *units);

/* dwarf_lines.c */
void unit_read_lines(struct unit *unit);
/* Return: the row that @address is in, or NULL. */
Dwarf_Line *unit_line(struct unit *unit, uint64_t address);
/* Return: a source path of the unit from the root on; NULL where it is none. */
const char *unit_source(struct symbols_file *file, struct unit *unit,
                        const char *written);
/*
 * Return: the source path that @attribute (DW_AT_decl_file, DW_AT_call_file) of
 * an entry names by its number; NULL where it names none.
 */
const char *unit_named_source(struct symbols_file *file, struct unit *unit,
                              Dwarf_Die *die, unsigned attribute);
int lines_each(struct symbols_file *file, struct unit *unit,
               int (*each)(void *context, const struct symbols_source *source),
               void *context);

/* dwarf_variables.c */
int variables_read(struct symbols_file *file);
void variables_free(struct variables *variables);

/* file_code.c: set the frames of @code. Return: 0, or -ENOMEM. */
int file_code(struct symbols_file *file, uint64_t address,
              struct symbols_code *code);
void code_cache_free(struct code_cache *cache);

/* file_data.c: set all of @data from @variable on, where anything is known. */
int file_data(struct symbols_file *file, uint64_t address,
              struct symbols_data *data);
int file_tls_data(struct symbols_file *file, uint64_t offset,
                  struct symbols_data *data);

/*
 * What goes through a tree of DWARF entries. They lie in the file in the order
 * in which they are visited; those of a damaged file that do not are left, so
 * that none keeps it for ever.
 */
#define DIE_DEPTH 64
#define DIE_INTO 1

struct die_walk {
    uint64_t last; /* offset of the entry visited last */
    /* Return: 0; DIE_INTO to go into its children; or a negative error. */
    int (*visit)(struct die_walk *walk, Dwarf_Die *die, unsigned depth);
    void *context;
};

/* die_walk.c */
int die_walk(struct die_walk *walk, Dwarf_Die *parent);
/* Add the code of an entry to @intervals. Return: 0, or -ENOMEM. */
int die_ranges(struct intervals *intervals, Dwarf_Die *die, size_t item,
               uint64_t bias);
/* The name as the linker has it, and as the programmer. */
const char *die_linkage_name(Dwarf_Die *die);
const char *die_name(struct names *names, Dwarf_Die *die);

/*
 * unit_names.c: @names are those of what the entries visited are in, by their
 * depth, NULL where it has none; @is_function, where it is one.
 */
struct scopes {
    const char *names[DIE_DEPTH + 1];
    bool is_function[DIE_DEPTH + 1];
};

/* The entry is gone into; one that is no scope of names, too. */
void scopes_enter(struct scopes *scopes, struct symbols_file *file,
                  const struct unit *unit, Dwarf_Die *die, unsigned depth);
/* Note what an entry without a linkage name is called. Return: 0, -ENOMEM. */
int scopes_add(const struct scopes *scopes, struct symbols_file *file,
               struct unit *unit, Dwarf_Die *die, unsigned depth);
/* Take the names of functions without a linkage name from the symbols. */
void unit_take_symbols(struct symbols_file *file, struct unit *unit);
/* What an entry of the unit is called, once its functions are read. */
const char *unit_name(struct symbols_file *file, const struct unit *unit,
                      Dwarf_Die *die);
/* Return: the whole name that the symbol at @address has, where it is one of
 * C++ for the entry's name, if that has one; else NULL. */
const char *unit_symbol_name(struct symbols_file *file, const struct unit *unit,
                             enum symbol_kind kind, uint64_t address,
                             Dwarf_Die *die);

/*
 * dwarf_types.c: how the language of a unit writes parts of variables, and its
 * defaults for arrays.
 */
struct spelling {
    const char *member;
    const char *open;
    const char *between;
    const char *close;
    const char *scope; /* ends what names have before them, or NULL */
    int64_t lower;
    bool is_column_major;
};

#define TYPE_DEPTH 32 /* those of a damaged file may be within themselves */
#define DIMENSIONS_MAX 8

/* @count 0: it has no end. */
struct dimension {
    Dwarf_Die die;
    uint64_t count;
    int64_t lower;
    uint64_t stride;
};

struct array {
    struct dimension dimensions[DIMENSIONS_MAX];
    size_t n;
    bool is_column_major;
};

const struct spelling *spelling_of(Dwarf_Die *die);
/* The type of an entry without what does not change its layout. */
bool die_type(Dwarf_Die *die, Dwarf_Die *type);
bool die_number(Dwarf_Die *die, unsigned name, uint64_t *value);
/* Return: false where it is not known. */
bool type_bytes(Dwarf_Die *type, uint64_t *size);
/* Return: false for arrays whose elements are not one after the other. */
bool type_array(Dwarf_Die *type, const struct spelling *spelling,
                struct array *array);
/* Return: what the index is called from 0 on, NULL where it is a number. */
const char *dimension_index_name(struct dimension *dimension, uint64_t index);

/* data_path.c: the size of a variable by its type, 0 where it has none; which
 * part of a variable of DWARF is at @offset of it, and whether that part, or
 * what it is a part of, is of an atomic type. */
uint64_t data_bytes(Dwarf_Die *variable);
bool data_path(const struct symbols_file *file, Dwarf_Die *variable,
               uint64_t offset, char *text, size_t room);

#endif /* FILE_PARTS_H */
