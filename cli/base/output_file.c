/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output_file.c - making the files that are written.
 */
#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int output_file_create(const char *path, bool replaces)
{
    struct stat st;

    if (replaces && lstat(path, &st) == 0) {
        if (!S_ISREG(st.st_mode)) {
            errno = EEXIST;
            return -1;
        }
        if (unlink(path) != 0) {
            return -1;
        }
    }
    return open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

int output_file_beside(const char *path, char beside[PATH_MAX])
{
    struct stat st;

    if (snprintf(beside, PATH_MAX, "%s.new-%d", path, getpid()) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        errno = EEXIST;
        return -1;
    }
    return output_file_create(beside, true);
}

int output_file_text(const char *path)
{
    struct stat st;

    /* A device or pipe is written to as it is. */
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        return open(path, O_WRONLY | O_CLOEXEC);
    }
    return output_file_create(path, true);
}
