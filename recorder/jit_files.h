/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jit_files.h - the files in which the guest names the code that it makes at
 * run time, kept in the trace when the recording ends: they may be gone, or
 * another process's, when it is read.
 */
#ifndef RECORDER_JIT_FILES_H
#define RECORDER_JIT_FILES_H

#include <stdint.h>

struct jit_files;
struct memtrace_writer;
struct recording;

struct jit_files *jit_files_new(void);
void jit_files_free(struct jit_files *files);

/**
 * jit_files_note() - a file was mapped: so is a jitdump file, to be found
 * @path: as the kernel has it
 *
 * Any number of threads may call.
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int jit_files_note(struct jit_files *files, const char *path);

/**
 * jit_files_keep() - put what the files name into the trace
 *
 * A process's perf map is looked for in /tmp, in TMPDIR and in the guest's
 * /tmp below its sysroot.  Only what was written since the recording began, by
 * this user, is taken for it.
 *
 * Return: 0, or a negative error.
 */
int jit_files_keep(struct jit_files *files, const struct recording *recording,
                   struct memtrace_writer *writer);

#endif /* RECORDER_JIT_FILES_H */
