/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * debug_files.c - where separate debug files are: libdwfl finds them by
 * build-id or .gnu_debuglink in the folders that it is told here, and dwz's
 * common ones (.gnu_debugaltlink) in the same.
 */
#include <errno.h>
#include <stdio.h>

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

Dwarf *file_dwarf(struct symbols_file *file)
{
    if (!file->dwarf_is_read) {
        Dwarf_Addr bias = 0;

        file->dwarf_is_read = true;
        file->dwarf = dwfl_module_getdwarf(file->module, &bias);
        file->dwarf_bias = bias;
    }
    return file->dwarf;
}
