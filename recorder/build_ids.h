/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build_ids.h - notes which programs and libraries were mapped, so that
 * whoever reads the trace can tell whether they are still the same.
 */
#ifndef RECORDER_BUILD_IDS_H
#define RECORDER_BUILD_IDS_H

struct build_ids;
struct memtrace_writer;

/** build_ids_new() - Return: an empty table that writes to @writer. */
struct build_ids *build_ids_new(struct memtrace_writer *writer);
void build_ids_free(struct build_ids *build_ids);

/**
 * build_ids_note() - a file was mapped
 * @path: as the kernel has it; what is no ELF file is left out
 *
 * A path is looked at once.  Any number of threads may call.
 *
 * Return: 0, or a negative error of the library.
 */
int build_ids_note(struct build_ids *build_ids, const char *path);

#endif /* RECORDER_BUILD_IDS_H */
