/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbol_table.c - the symbols of .symtab or .dynsym, and the entries of the
 * procedure linkage table, which have none.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "file_parts.h"

/* Of symbols at one address the highest rank gives the name. */
static uint32_t rank_of(const GElf_Sym *symbol, const char *name)
{
    uint32_t rank = symbol->st_size > 0 ? 100 : 0;

    rank += GELF_ST_TYPE(symbol->st_info) != STT_NOTYPE ? 50 : 0;
    rank += GELF_ST_BIND(symbol->st_info) == STB_GLOBAL ? 30 : 0;
    rank += GELF_ST_BIND(symbol->st_info) == STB_WEAK ? 20 : 0;
    rank += name[0] != '_' ? 2 : name[1] != '_' ? 1 : 0;
    return rank;
}

/* What the assembler left for itself: local labels, ARM's $x, $d, $t. */
static bool is_mark(const char *name)
{
    return name[0] == '\0' || name[0] == '$' ||
           (name[0] == '.' && name[1] == 'L');
}

/* Return: what a symbol stands for, SYMBOL_KINDS where it is nothing. */
static enum symbol_kind kind_of(const GElf_Sym *symbol,
                                const GElf_Shdr *section)
{
    switch (GELF_ST_TYPE(symbol->st_info)) {
    case STT_FUNC:
    case STT_GNU_IFUNC:
        return SYMBOL_CODE;
    case STT_TLS:
        return SYMBOL_TLS;
    case STT_OBJECT:
    case STT_COMMON:
        return SYMBOL_DATA;
    case STT_NOTYPE:
        if ((section->sh_flags & SHF_ALLOC) == 0) {
            return SYMBOL_KINDS;
        }
        return section->sh_flags & SHF_EXECINSTR ? SYMBOL_CODE : SYMBOL_DATA;
    default:
        return SYMBOL_KINDS;
    }
}

static int add(struct symbol_table *table, enum symbol_kind kind,
               const struct symbol *symbol, uint64_t end, uint32_t rank)
{
    if (array_reserve(table->symbols, table->room, table->n + 1) < 0) {
        return -ENOMEM;
    }
    table->symbols[table->n] = *symbol;
    return intervals_add(&table->kinds[kind], symbol->address, end, table->n++,
                         rank);
}

/*
 * Which object the symbols behind it are from.  GNU ld has a nameless one
 * before those that were global, and names an object where the compiler's name
 * of its source was stripped; other linkers have none there.
 */
static void take_unit(struct symbol_table *table, const char *name)
{
    size_t size = strlen(name);

    table->unit = size ? name : NULL;
    table->has_objects |= size > 2 && !strcmp(name + size - 2, ".o");
}

static int take_symbol(struct symbols_file *file, int i)
{
    GElf_Sym symbol;
    GElf_Addr address;
    GElf_Word index;
    Elf *elf = NULL;
    GElf_Shdr section;
    enum symbol_kind kind;
    uint64_t end;
    const char *name = dwfl_module_getsym_info(file->module, i, &symbol,
                                               &address, &index, &elf, NULL);

    if (name && GELF_ST_TYPE(symbol.st_info) == STT_FILE) {
        take_unit(&file->table, name);
        return 0;
    }
    if (!name || is_mark(name) || index == SHN_UNDEF || index == SHN_ABS ||
        !elf || !gelf_getshdr(elf_getscn(elf, index), &section)) {
        return 0;
    }
    kind = kind_of(&symbol, &section);
    if (kind == SYMBOL_KINDS) {
        return 0;
    }
    if (kind == SYMBOL_TLS) {
        address = symbol.st_value;
    } else if (kind == SYMBOL_CODE && file->guest &&
               file->guest->has_marked_code) {
        address &= ~1ULL;
    }
    if (__builtin_add_overflow(address, symbol.st_size, &end)) {
        return 0;
    }
    if (symbol.st_size == 0) {
        if (kind == SYMBOL_TLS || section.sh_size > UINT64_MAX - address) {
            return 0;
        }
        /* Up to the next one, or the section's end: see close_gaps(). */
        end = section.sh_addr + section.sh_size;
    }
    return add(&file->table, kind,
               &(struct symbol){
                   .name = name,
                   .unit = GELF_ST_BIND(symbol.st_info) == STB_LOCAL
                               ? file->table.unit
                               : NULL,
                   .address = address,
                   .size_bytes = symbol.st_size,
                   .is_chosen = GELF_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC,
               },
               end, rank_of(&symbol, name));
}

/* Where an object may lack its name, that of the one before says nothing. */
static void doubt_units(struct symbol_table *table)
{
    for (size_t i = 0; i < table->n && !table->has_objects; i++) {
        if (table->symbols[i].unit) {
            table->symbols[i].unit = "";
        }
    }
}

/* A symbol without a size that is within one with a size is a mere label. */
static void leave_labels(struct symbol_table *table, enum symbol_kind kind)
{
    struct intervals *intervals = &table->kinds[kind];
    uint64_t end = 0;
    size_t n = 0;

    for (size_t i = 0; i < intervals->n; i++) {
        const struct interval *interval = &intervals->array[i];
        bool has_size = table->symbols[interval->item].size_bytes > 0;

        if (has_size || interval->start >= end) {
            intervals->array[n++] = *interval;
        }
        if (has_size && interval->end > end) {
            end = interval->end;
        }
    }
    intervals->n = n;
}

/* A symbol without a size ends where the next one starts. */
static void close_gaps(struct symbol_table *table, enum symbol_kind kind)
{
    struct intervals *intervals = &table->kinds[kind];
    uint64_t next = UINT64_MAX;

    intervals_sort(intervals);
    leave_labels(table, kind);
    for (size_t i = intervals->n; i > 0; i--) {
        struct interval *interval = &intervals->array[i - 1];

        if (i < intervals->n && interval[1].start > interval->start) {
            next = interval[1].start;
        }
        if (table->symbols[interval->item].size_bytes == 0 &&
            interval->end > next) {
            interval->end = next;
        }
    }
    intervals_sort(intervals);
}

/* The section of that name, or NULL. */
static Elf_Scn *find_section(Elf *elf, const char *name, GElf_Shdr *header)
{
    size_t names;
    Elf_Scn *section = NULL;

    if (elf_getshdrstrndx(elf, &names) != 0) {
        return NULL;
    }
    while ((section = elf_nextscn(elf, section)) != NULL) {
        const char *other;

        if (gelf_getshdr(section, header)) {
            other = elf_strptr(elf, names, header->sh_name);
            if (other && strcmp(other, name) == 0) {
                return section;
            }
        }
    }
    return NULL;
}

/* The name of the symbol that a relocation of the linkage table is for. */
static const char *relocated_name(Elf *elf, Elf_Data *data, bool has_addend,
                                  int i, Elf_Data *symbols, size_t strings)
{
    GElf_Rela rela;
    GElf_Rel rel;
    GElf_Sym symbol;
    uint64_t info;

    if (has_addend) {
        if (!gelf_getrela(data, i, &rela)) {
            return NULL;
        }
        info = rela.r_info;
    } else {
        if (!gelf_getrel(data, i, &rel)) {
            return NULL;
        }
        info = rel.r_info;
    }
    if (GELF_R_SYM(info) == 0 ||
        !gelf_getsym(symbols, (int)GELF_R_SYM(info), &symbol)) {
        return NULL;
    }
    return elf_strptr(elf, strings, symbol.st_name);
}

#define PLT_ENTRY 16
#define PLT_HEADER_MAX 64

static int add_plt(struct symbols_file *file, const char *name,
                   uint64_t address, uint64_t size_bytes)
{
    struct symbol symbol = {.address = address, .size_bytes = size_bytes};
    uint64_t end;

    if (__builtin_add_overflow(address, size_bytes, &end)) {
        return 0;
    }
    symbol.name = names_keep(&file->names, name, strlen(name));
    return symbol.name ? add(&file->table, SYMBOL_CODE, &symbol, end, 0)
                       : -ENOMEM;
}

/*
 * The n relocations of .rela.plt belong to the entries of the table one by
 * one, behind a header, which is called .plt as the section; with x86's
 * .plt.sec there is no header, and all of .plt is called so.
 */
static int read_plt(struct symbols_file *file)
{
    GElf_Shdr plt, rest;
    GElf_Shdr relocations;
    GElf_Shdr symbols;
    Elf_Scn *section = find_section(file->elf, ".rela.plt", &relocations);
    Elf_Data *data;
    Elf_Data *symbol_data;
    uint64_t n, header_bytes;
    int error = 0;

    if (!section) {
        section = find_section(file->elf, ".rel.plt", &relocations);
    }
    if (!section || relocations.sh_entsize == 0 ||
        !find_section(file->elf, ".plt", &rest)) {
        return 0;
    }
    if (!find_section(file->elf, ".plt.sec", &plt)) {
        plt = rest;
    }
    data = elf_getdata(section, NULL);
    section = elf_getscn(file->elf, relocations.sh_link);
    symbol_data = elf_getdata(section, NULL);
    n = relocations.sh_size / relocations.sh_entsize;
    if (!data || !symbol_data || !gelf_getshdr(section, &symbols) ||
        n > plt.sh_size / PLT_ENTRY ||
        plt.sh_size - n * PLT_ENTRY > PLT_HEADER_MAX) {
        return 0;
    }
    for (uint64_t i = 0; error == 0 && i < n; i++) {
        const char *name =
            relocated_name(file->elf, data, relocations.sh_type == SHT_RELA,
                           (int)i, symbol_data, symbols.sh_link);
        char *text;

        if (name) {
            if (asprintf(&text, "%s@plt", name) < 0) {
                return -ENOMEM;
            }
            error = add_plt(file, text,
                            plt.sh_addr + plt.sh_size - (n - i) * PLT_ENTRY,
                            PLT_ENTRY);
            free(text);
        }
    }
    header_bytes = plt.sh_addr != rest.sh_addr ? rest.sh_size
                                               : rest.sh_size - n * PLT_ENTRY;
    if (!error && header_bytes) {
        error = add_plt(file, ".plt", rest.sh_addr, header_bytes);
    }
    return error;
}

int symbol_table_read(struct symbols_file *file)
{
    int n;
    int error = 0;

    if (file->table.is_read) {
        return 0;
    }
    n = dwfl_module_getsymtab(file->module);
    file->table.unit = "";
    for (int i = 1; error == 0 && i < n; i++) {
        error = take_symbol(file, i);
    }
    if (error == 0) {
        error = read_plt(file);
    }
    if (error != 0) {
        symbol_table_free(&file->table);
        return error;
    }
    doubt_units(&file->table);
    for (int kind = 0; kind < SYMBOL_KINDS; kind++) {
        close_gaps(&file->table, kind);
    }
    file->table.is_read = true;
    return 0;
}

const struct symbol *symbol_table_find(const struct symbols_file *file,
                                       enum symbol_kind kind, uint64_t address)
{
    const struct interval *interval =
        intervals_find(&file->table.kinds[kind], address);

    return interval ? &file->table.symbols[interval->item] : NULL;
}

void symbol_table_around(const struct symbols_file *file, uint64_t address,
                         const char **before, const char **after)
{
    const struct intervals *code = &file->table.kinds[SYMBOL_CODE];
    size_t i = intervals_behind(code, address);

    *before = i > 0 ? file->table.symbols[code->array[i - 1].item].name : NULL;
    *after = i < code->n ? file->table.symbols[code->array[i].item].name : NULL;
}

void symbol_table_free(struct symbol_table *table)
{
    for (int kind = 0; kind < SYMBOL_KINDS; kind++) {
        intervals_free(&table->kinds[kind]);
    }
    free(table->symbols);
    *table = (struct symbol_table){0};
}
