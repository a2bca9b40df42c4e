/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dwarf_lines.c - the line tables: the row of an address, and the addresses
 * of a source file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dwarf.h>

#include "array.h"
#include "file_parts.h"
#include "lower_bound.h"

void unit_read_lines(struct unit *unit)
{
    if (!unit->has_lines) {
        unit->has_lines = true;
        if (dwarf_getsrclines(&unit->die, &unit->lines, &unit->n_lines) != 0) {
            unit->n_lines = 0;
        }
    }
}

static uint64_t line_start(const struct unit *unit, size_t i)
{
    Dwarf_Addr start = 0;

    dwarf_lineaddr(dwarf_onesrcline(unit->lines, i), &start);
    return start;
}

Dwarf_Line *unit_line(struct unit *unit, uint64_t address)
{
    size_t behind;
    Dwarf_Line *line;
    bool is_end;

    unit_read_lines(unit);
    behind = lower_bound(unit->n_lines, i, line_start(unit, i) <= address);
    line = behind > 0 ? dwarf_onesrcline(unit->lines, behind - 1) : NULL;
    if (!line || dwarf_lineendsequence(line, &is_end) != 0 || is_end) {
        return NULL;
    }
    return line;
}

static const char *folder_of(struct unit *unit)
{
    Dwarf_Attribute attribute;

    if (!unit->folder) {
        if (dwarf_attr(&unit->die, DW_AT_comp_dir, &attribute)) {
            unit->folder = dwarf_formstring(&attribute);
        }
        unit->folder = unit->folder ? unit->folder : "";
    }
    return unit->folder;
}

static const char *full_path(struct symbols_file *file, struct unit *unit,
                             const char *written)
{
    const char *folder = folder_of(unit);
    const char *kept = written;
    char *text;

    if (*written != '/' && *folder &&
        asprintf(&text, "%s/%s", folder, written) >= 0) {
        kept = names_keep(&file->names, text, strlen(text));
        free(text);
    }
    return kept;
}

const char *unit_source(struct symbols_file *file, struct unit *unit,
                        const char *written)
{
    struct source_path *path;

    if (!written) {
        return NULL;
    }
    for (size_t i = unit->n_paths; i > 0; i--) {
        if (unit->paths[i - 1].written == written) {
            return unit->paths[i - 1].full;
        }
    }
    path = array_add(unit->paths, unit->n_paths, unit->paths_room);
    if (!path) {
        return written;
    }
    path->written = written;
    path->full = full_path(file, unit, written);
    return path->full;
}

/*
 * Not dwarf_decl_file(): for entries of gcc's split units it ends the program
 * by an assertion (libdw 0.188).  The number counts in the table of the unit
 * that has the attribute, which may be another one than the entry's.
 */
const char *unit_named_source(struct symbols_file *file, struct unit *unit,
                              Dwarf_Die *die, unsigned attribute)
{
    Dwarf_Attribute value;
    Dwarf_Word number;
    Dwarf_Die owner;
    Dwarf_Files *files;
    size_t n;

    if (dwarf_attr_integrate(die, attribute, &value) == NULL ||
        dwarf_formudata(&value, &number) != 0 ||
        dwarf_cu_info(value.cu, NULL, NULL, &owner, NULL, NULL, NULL, NULL) !=
            0 ||
        dwarf_getsrcfiles(&owner, &files, &n) != 0 || number >= n) {
        return NULL;
    }
    return unit_source(file, unit, dwarf_filesrc(files, number, NULL, NULL));
}

/* A run of rows of one source. */
struct run {
    const char *source;
    uint64_t start;
    uint64_t end;
};

static int end_run(struct symbols_file *file, struct run *run,
                   int (*each)(void *, const struct symbols_source *),
                   void *context)
{
    struct symbols_source source = {.source = run->source};

    if (!run->source || run->start >= run->end) {
        return 0;
    }
    source.range =
        file_range(file, run->start + file->dwarf_bias, run->end - run->start);
    return each(context, &source);
}

int lines_each(struct symbols_file *file, struct unit *unit,
               int (*each)(void *context, const struct symbols_source *source),
               void *context)
{
    struct run run = {0};
    int result = 0;

    unit_read_lines(unit);
    for (size_t i = 0; result == 0 && i < unit->n_lines; i++) {
        Dwarf_Line *line = dwarf_onesrcline(unit->lines, i);
        const char *source = NULL;
        Dwarf_Addr start = 0;
        bool is_end = true;

        dwarf_lineaddr(line, &start);
        dwarf_lineendsequence(line, &is_end);
        if (!is_end) {
            source = unit_source(file, unit, dwarf_linesrc(line, NULL, NULL));
        }
        run.end = start;
        if (run.source && run.source == source) {
            continue;
        }
        result = end_run(file, &run, each, context);
        run.source = source;
        run.start = start;
    }
    return result;
}
