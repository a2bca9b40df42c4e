/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output_file.h - files that are written: never by somebody else's link.
 */
#ifndef OUTPUT_FILE_H
#define OUTPUT_FILE_H

#include <limits.h>
#include <stdbool.h>

/**
 * output_file_create() - make a new file for a trace
 * @replaces: an existing regular file is removed first
 *
 * Readable and writable by the owner alone.  A symbolic link is not
 * followed.
 *
 * Return: a descriptor, or -1 with errno (EEXIST: it is there).
 */
int output_file_create(const char *path, bool replaces);

/**
 * output_file_beside() - make a new file for a trace, to be put in the place of
 * an existing regular file later, by rename()
 * @beside: set to its path
 *
 * Return: as output_file_create(); EEXIST: what is there is no regular file.
 */
int output_file_beside(const char *path, char beside[PATH_MAX]);

/**
 * output_file_text() - open a file or device for text
 *
 * Return: a descriptor, or -1 with errno.
 */
int output_file_text(const char *path);

#endif /* OUTPUT_FILE_H */
