/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_line.c - see source_line.h. */
#include "source_line.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path comes from a file that may say anything: only of regular files. */
static FILE *open_source(const char *folder, const char *path)
{
    char joined[PATH_MAX];
    struct stat status;
    int fd;

    if (folder && path[0] != '/' &&
        snprintf(joined, sizeof(joined), "%s/%s", folder, path) <
            (int)sizeof(joined)) {
        path = joined;
    }
    fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    if (fstat(fd, &status) || !S_ISREG(status.st_mode)) {
        close(fd);
        return NULL;
    }
    return fdopen(fd, "r");
}

bool source_line(const char *folder, const char *path, unsigned line,
                 char out[SOURCE_LINE_MAX])
{
    FILE *file = open_source(folder, path);
    char *text = NULL;
    size_t room = 0;
    ssize_t n = -1;

    if (!file) {
        return false;
    }
    for (unsigned i = 0; i < line && (n = getline(&text, &room, file)) >= 0;
         i++) {
    }
    fclose(file);
    if (n >= 0) {
        const char *start = text + strspn(text, " \t");
        size_t length = strcspn(start, "\r\n");

        length = length < SOURCE_LINE_MAX ? length : SOURCE_LINE_MAX - 1;
        memcpy(out, start, length);
        out[length] = '\0';
    }
    free(text);
    return n >= 0 && *out;
}
