/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols_file.c - opens an ELF file, knows its segments, and goes through
 * its functions, sources and variables.
 *
 * libdwfl is told of the file as if it were loaded at the addresses that it
 * has itself, so that no address here needs a bias.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_parts.h"

/* Segments that a file may have; the rest is not looked at. */
#define SEGMENTS_MAX 4096

/* And entries of its dynamic section. */
#define DYNAMIC_MAX 65536

static int open_regular(struct symbols_file *file, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int error;

    if (fd < 0) {
        return -errno;
    }
    error = fstat(fd, &st) != 0 ? errno : S_ISREG(st.st_mode) ? 0 : ENOEXEC;
    if (error != 0) {
        close(fd);
        return -error;
    }
    file->file_bytes = (uint64_t)st.st_size;
    file->mtime_ns =
        (uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec;
    return fd;
}

/* Below the sysroot if it is there, as QEMU's -L has it. */
static int open_path(struct symbols_file *file, const char *path,
                     const char *sysroot)
{
    int fd = -ENOENT;

    if (sysroot && *sysroot && path[0] == '/') {
        if (asprintf(&file->path, "%s%s", sysroot, path) < 0) {
            file->path = NULL;
            return -ENOMEM;
        }
        fd = open_regular(file, file->path);
        if (fd >= 0) {
            return fd;
        }
        free(file->path);
    }
    file->path = strdup(path);
    return file->path ? open_regular(file, path) : -ENOMEM;
}

/* Does the dynamic section name a library? */
static bool read_needs(Elf *elf, const GElf_Phdr *header)
{
    Elf_Data *data = elf_getdata_rawchunk(elf, (int64_t)header->p_offset,
                                          header->p_filesz, ELF_T_DYN);
    GElf_Dyn entry;

    for (int i = 0; i < DYNAMIC_MAX && data && gelf_getdyn(data, i, &entry) &&
                    entry.d_tag != DT_NULL;
         i++) {
        if (entry.d_tag == DT_NEEDED) {
            return true;
        }
    }
    return false;
}

static int read_segments(struct symbols_file *file)
{
    size_t n;

    if (elf_getphdrnum(file->elf, &n) != 0) {
        return -ENOEXEC;
    }
    n = n < SEGMENTS_MAX ? n : SEGMENTS_MAX;
    file->segments = calloc(n ? n : 1, sizeof(*file->segments));
    if (!file->segments) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        GElf_Phdr header;
        struct segment segment;

        if (!gelf_getphdr(file->elf, (int)i, &header)) {
            continue;
        }
        segment = (struct segment){
            .address = header.p_vaddr,
            .offset = header.p_offset,
            .file_bytes = header.p_filesz,
            .memory_bytes = header.p_memsz,
            .align = header.p_align,
            .is_code = (header.p_flags & PF_X) != 0,
        };
        if (header.p_type == PT_LOAD) {
            file->segments[file->n_segments++] = segment;
        } else if (header.p_type == PT_TLS) {
            file->tls = segment;
        } else if (header.p_type == PT_DYNAMIC) {
            file->needs_libraries = read_needs(file->elf, &header);
        }
    }
    return 0;
}

static void read_build_id(struct symbols_file *file)
{
    const unsigned char *bits;
    GElf_Addr vaddr;
    int n = dwfl_module_build_id(file->module, &bits, &vaddr);

    for (int i = 0; i < n && 2 * i + 3 <= (int)sizeof(file->build_id); i++) {
        snprintf(file->build_id + 2 * i, 3, "%02x", bits[i]);
    }
}

/* Takes fd, whatever becomes of it. */
static int open_elf(struct symbols_file *file, int fd)
{
    GElf_Ehdr header;
    GElf_Addr bias;

    file->dwfl = dwfl_begin(&file->callbacks);
    if (!file->dwfl) {
        close(fd);
        return -ENOMEM;
    }
    dwfl_report_begin(file->dwfl);
    file->module =
        dwfl_report_elf(file->dwfl, file->path, file->path, fd, 0, true);
    if (!file->module) {
        close(fd);
        return -ENOEXEC;
    }
    if (dwfl_report_end(file->dwfl, NULL, NULL) != 0) {
        return -ENOEXEC;
    }
    file->elf = dwfl_module_getelf(file->module, &bias);
    if (!file->elf || !gelf_getehdr(file->elf, &header) ||
        (header.e_type != ET_EXEC && header.e_type != ET_DYN)) {
        return -ENOEXEC;
    }
    file->guest = guest_of_elf(header.e_machine, header.e_ident);
    file->is_big_endian = header.e_ident[EI_DATA] == ELFDATA2MSB;
    file->is_position_independent = header.e_type == ET_DYN;
    read_build_id(file);
    return read_segments(file);
}

int symbols_file_open(const char *path, const struct symbols_config *config,
                      struct symbols_file **out)
{
    struct symbols_file *file = calloc(1, sizeof(*file));
    int error;
    int fd;

    *out = NULL;
    if (!file) {
        return -ENOMEM;
    }
    fd = open_path(file, path, config ? config->sysroot : NULL);
    error = fd < 0 ? fd : file_set_debug_path(file, config);
    if (error == 0) {
        error = open_elf(file, fd);
    } else if (fd >= 0) {
        close(fd);
    }
    if (error != 0) {
        symbols_file_close(file);
        return error;
    }
    *out = file;
    return 0;
}

void symbols_file_close(struct symbols_file *file)
{
    if (!file) {
        return;
    }
    symbol_table_free(&file->table);
    units_free(&file->units);
    variables_free(&file->variables);
    code_cache_free(&file->codes);
    names_free(&file->names);
    if (file->dwfl) {
        dwfl_end(file->dwfl);
    }
    free(file->segments);
    free(file->debug_path);
    free(file->path);
    free(file);
}

const char *symbols_file_path(const struct symbols_file *file)
{
    return file->path;
}

const char *symbols_file_build_id(const struct symbols_file *file)
{
    return file->build_id;
}

bool symbols_file_has_dwarf(struct symbols_file *file)
{
    return file_dwarf(file) != NULL;
}

int symbols_file_source_ranges(struct symbols_file *file,
                               int (*each)(void *context,
                                           const struct symbols_source *source),
                               void *context)
{
    int result = units_read(file);

    for (size_t i = 0; result == 0 && i < file->units.n; i++) {
        result = lines_each(file, &file->units.units[i], each, context);
    }
    return result;
}

/* A variable of the symbol tables, unless DWARF has it by that name. */
static int each_symbol(struct symbols_file *file, enum symbol_kind kind,
                       int (*each)(void *, const struct symbols_variable *),
                       void *context)
{
    const struct intervals *symbols = &file->table.kinds[kind];
    const struct intervals *known =
        kind == SYMBOL_TLS ? &file->variables.tls : &file->variables.places;
    int result = 0;

    for (size_t i = 0; result == 0 && i < symbols->n; i++) {
        const struct interval *interval = &symbols->array[i];
        const struct symbol *symbol = &file->table.symbols[interval->item];
        const struct interval *same = intervals_find(known, interval->start);
        struct symbols_variable variable = {
            .name = names_demangle(&file->names, symbol->name),
            .linkage_name = symbol->name,
            .range = file_range(file, interval->start,
                                interval->end - interval->start),
            .is_thread_local = kind == SYMBOL_TLS,
        };

        if (kind == SYMBOL_TLS) {
            variable.range.offset = SYMBOLS_NO_OFFSET;
        }
        if (same && same->start == interval->start &&
            strcmp(file->variables.variables[same->item].linkage_name,
                   symbol->name) == 0) {
            continue;
        }
        result = each(context, &variable);
    }
    return result;
}

int symbols_file_variables(struct symbols_file *file,
                           int (*each)(void *context,
                                       const struct symbols_variable *variable),
                           void *context)
{
    int result = variables_read(file);

    if (result == 0) {
        result = symbol_table_read(file);
    }
    for (size_t i = 0; result == 0 && i < file->variables.n; i++) {
        const struct variable *known = &file->variables.variables[i];
        struct symbols_variable variable = {
            .name = known->name,
            .linkage_name = known->linkage_name,
            .range = file_range(file, known->address,
                                known->part_bytes ? known->part_bytes
                                                  : known->size_bytes),
            .is_thread_local = known->is_thread_local,
        };

        if (known->is_thread_local) {
            variable.range.offset = SYMBOLS_NO_OFFSET;
        }
        result = each(context, &variable);
    }
    if (result == 0) {
        result = each_symbol(file, SYMBOL_DATA, each, context);
    }
    if (result == 0) {
        result = each_symbol(file, SYMBOL_TLS, each, context);
    }
    return result;
}
