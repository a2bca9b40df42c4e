/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * debug_files.c - where separate debug files are: libdwfl finds them by
 * build-id or .gnu_debuglink in the folders that it is told here, and dwz's
 * common ones (.gnu_debugaltlink) in the same. What is missing is noted.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dwarf.h>

#include "file_parts.h"

/* Where libdwfl is to look for debug files: its own list, and ours. */
int file_set_debug_path(struct symbols_file *file,
                        const struct symbols_config *config)
{
    size_t size;
    FILE *stream = open_memstream(&file->debug_path, &size);

    if (!stream) {
        return -ENOMEM;
    }
    fputs(":.debug", stream);
    for (size_t i = 0; config && i < config->n_debug_dirs; i++) {
        fprintf(stream, ":%s", config->debug_dirs[i]);
    }
    if (config && config->sysroot && *config->sysroot) {
        fprintf(stream, ":%s/usr/lib/debug", config->sysroot);
    }
    fputs(":/usr/lib/debug", stream);
    if (fclose(stream) != 0) {
        return -ENOMEM;
    }
    file->callbacks = (Dwfl_Callbacks){
        .find_elf = dwfl_build_id_find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
        .section_address = dwfl_offline_section_address,
        .debuginfo_path = &file->debug_path,
    };
    return 0;
}

static const char *string_of(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;

    return dwarf_attr(die, name, &attribute) ? dwarf_formstring(&attribute)
                                             : NULL;
}

/* Is it there, from its folder on or beside the program? */
static bool is_split_there(const struct symbols_file *file, const char *folder,
                           const char *name)
{
    const char *slash = strrchr(file->path, '/');
    char path[PATH_MAX];

    if (name[0] == '/') {
        return access(name, F_OK) == 0;
    }
    snprintf(path, sizeof(path), "%s/%s", folder ? folder : ".", name);
    if (access(path, F_OK) == 0) {
        return true;
    }
    snprintf(path, sizeof(path), "%.*s%s",
             slash ? (int)(slash - file->path + 1) : 0, file->path, name);
    return access(path, F_OK) == 0;
}

void note_missing_split(struct symbols_file *file, Dwarf_Die *skeleton)
{
    const char *name = string_of(skeleton, DW_AT_dwo_name);

    name = name ? name : string_of(skeleton, DW_AT_GNU_dwo_name);
    if (name && file->problems.n_split++ == 0) {
        file->problems.split = name;
        file->problems.is_split_there =
            is_split_there(file, string_of(skeleton, DW_AT_comp_dir), name);
    }
}

__attribute__((format(printf, 2, 3))) static void
add_problem(struct symbols_file *file, const char *format, ...)
{
    struct file_problems *problems = &file->problems;
    va_list arguments;

    if (problems->n < FILE_PROBLEMS) {
        va_start(arguments, format);
        problems->text[problems->n] =
            names_format(&file->names, format, arguments);
        va_end(arguments);
        problems->n += problems->text[problems->n] != NULL;
    }
}

/* Of sections; younger than libelf 0.188, which does not undo it. */
#define COMPRESSED_BY_ZSTD 2

static bool has_zstd(Elf *elf)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    GElf_Chdr compression;

    while (elf && (section = elf_nextscn(elf, section)) != NULL) {
        if (gelf_getshdr(section, &header) &&
            (header.sh_flags & SHF_COMPRESSED) &&
            gelf_getchdr(section, &compression) &&
            compression.ch_type == COMPRESSED_BY_ZSTD) {
            return true;
        }
    }
    return false;
}

/* The name that .gnu_debuglink has of the debug file, or NULL. */
static const char *linked_name(Elf *elf)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    size_t names;

    if (elf_getshdrstrndx(elf, &names) != 0) {
        return NULL;
    }
    while ((section = elf_nextscn(elf, section)) != NULL) {
        const char *name = gelf_getshdr(section, &header)
                               ? elf_strptr(elf, names, header.sh_name)
                               : NULL;

        if (name && strcmp(name, ".gnu_debuglink") == 0) {
            Elf_Data *data = elf_rawdata(section, NULL);

            return data && data->d_size > 0 &&
                           memchr(data->d_buf, '\0', data->d_size)
                       ? data->d_buf
                       : NULL;
        }
    }
    return NULL;
}

static void add_zstd_problem(struct symbols_file *file, const char *path)
{
    add_problem(file,
                "%s: its debug information is compressed with zstd, which"
                " libelf %s does not read; objcopy --decompress-debug-sections"
                " undoes that",
                path, dwfl_version(file->dwfl));
}

/* libdwfl has not taken the debug file that is there. */
static void note_refused(struct symbols_file *file, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ, NULL) : NULL;

    if (has_zstd(elf)) {
        add_zstd_problem(file, path);
    } else {
        add_problem(file,
                    "%s: the debug file %s is not this build's, and is not"
                    " used",
                    file->path, path);
    }
    elf_end(elf);
    if (fd >= 0) {
        close(fd);
    }
}

/* Is there a file of that name where libdwfl has looked for it? */
static void look_for(struct symbols_file *file, const char *name)
{
    const char *slash = strrchr(file->path, '/');
    int folder_bytes = slash ? (int)(slash - file->path + 1) : 0;
    const char *dir = file->debug_path;
    bool is_last = false;
    char path[PATH_MAX];

    while (!is_last) {
        int size = (int)strcspn(dir, ":");

        if (*dir == '/') {
            snprintf(path, sizeof(path), "%.*s%.*s%s", size, dir, folder_bytes,
                     file->path, name);
        } else {
            snprintf(path, sizeof(path), "%.*s%.*s%s%s", folder_bytes,
                     file->path, size, dir, size ? "/" : "", name);
        }
        if (access(path, F_OK) == 0) {
            note_refused(file, path);
            return;
        }
        is_last = dir[size] == '\0';
        dir += size + 1;
    }
}

static bool has_units(Dwarf *dwarf)
{
    Dwarf_CU *cu = NULL;

    return dwarf_get_units(dwarf, NULL, &cu, NULL, NULL, NULL, NULL) == 0;
}

static void note_problems(struct symbols_file *file)
{
    const char *name;

    if (file->dwarf && has_units(file->dwarf)) {
        return;
    }
    name = file->dwarf ? NULL : linked_name(file->elf);
    if (has_zstd(file->elf) ||
        (file->dwarf && has_zstd(dwarf_getelf(file->dwarf)))) {
        add_zstd_problem(file, file->path);
    } else if (name) {
        look_for(file, name);
    }
}

Dwarf *file_dwarf(struct symbols_file *file)
{
    if (!file->dwarf_is_read) {
        Dwarf_Addr bias = 0;

        file->dwarf_is_read = true;
        file->dwarf = dwfl_module_getdwarf(file->module, &bias);
        file->dwarf_bias = bias;
        note_problems(file);
    }
    return file->dwarf;
}

static void add_split_problem(struct symbols_file *file)
{
    const struct file_problems *problems = &file->problems;
    char package[PATH_MAX];
    char others[64] = "";

    snprintf(package, sizeof(package), "%s.dwp", file->path);
    if (access(package, F_OK) == 0) {
        add_problem(file,
                    "%s: its split DWARF is packed in %s, which libdw %s"
                    " does not read; it has only functions and lines",
                    file->path, package, dwfl_version(file->dwfl));
        return;
    }
    if (problems->n_split > 1) {
        snprintf(others, sizeof(others), " and %zu others",
                 problems->n_split - 1);
    }
    add_problem(file,
                "%s: %s%s of its split DWARF %s; it has only functions"
                " and lines",
                file->path, problems->split, others,
                problems->is_split_there ? "is of another build"
                                         : "cannot be found");
}

const char *symbols_file_problem(struct symbols_file *file, size_t i)
{
    if (file->problems.n_split > 0) {
        add_split_problem(file);
        file->problems.n_split = 0;
    }
    return i < file->problems.n ? file->problems.text[i] : NULL;
}
