/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_lines.c - see source_lines.h. */
#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source_lines.h"

#define SOURCE_BYTES_MAX (64 << 20) /* what is longer is no source */
#define LINE_BYTES_MAX 512          /* what is behind it is cut off */

struct source_file {
    struct source_file *next;
    char *path;
    char *text; /* NULL: cannot be read */
    size_t n_bytes;
    size_t *starts; /* of each line */
    size_t n_lines;
    char line[LINE_BYTES_MAX];
};

/* Only a regular file: nothing that would wait, or never end. */
static bool load_text(struct source_file *file)
{
    int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;
    bool is_fine;

    if (fd < 0) {
        return false;
    }
    is_fine = !fstat(fd, &st) && S_ISREG(st.st_mode) &&
              st.st_size <= SOURCE_BYTES_MAX;
    if (is_fine) {
        file->text = malloc((size_t)st.st_size + 1);
        is_fine = file->text != NULL;
    }
    while (is_fine && file->n_bytes < (size_t)st.st_size) {
        ssize_t n = read(fd, file->text + file->n_bytes,
                         (size_t)st.st_size - file->n_bytes);

        if (n <= 0) {
            break;
        }
        file->n_bytes += (size_t)n;
    }
    close(fd);
    return is_fine;
}

static void load(struct source_file *file)
{
    size_t n = 1, at = 0;

    if (!load_text(file)) {
        return;
    }
    for (size_t i = 0; i < file->n_bytes; i++) {
        n += file->text[i] == '\n';
    }
    file->starts = calloc(n + 1, sizeof(*file->starts));
    if (!file->starts) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *end = memchr(file->text + at, '\n', file->n_bytes - at);

        file->starts[i] = at;
        at = end ? (size_t)(end - file->text) + 1 : file->n_bytes;
    }
    file->starts[n] = file->n_bytes;
    file->n_lines = n;
}

static struct source_file *get_file(struct source_lines *lines,
                                    const char *path)
{
    struct source_file **link = &lines->first;
    struct source_file *file;

    while (*link && strcmp((*link)->path, path) != 0) {
        link = &(*link)->next;
    }
    file = *link;
    if (!file) {
        file = calloc(1, sizeof(*file));
        if (!file) {
            return NULL;
        }
        file->path = strdup(path);
        if (!file->path) {
            free(file);
            return NULL;
        }
        load(file);
    } else {
        *link = file->next;
    }
    /* The one that was asked for last comes first. */
    file->next = lines->first;
    lines->first = file;
    return file;
}

const char *source_line(struct source_lines *lines, const char *path,
                        unsigned line)
{
    struct source_file *file = get_file(lines, path);
    const char *start, *end;
    size_t n;

    if (!file || line < 1 || line > file->n_lines) {
        return NULL;
    }
    start = file->text + file->starts[line - 1];
    end = file->text + file->starts[line];
    while (start < end && isspace((unsigned char)*start)) {
        start++;
    }
    while (end > start && isspace((unsigned char)end[-1])) {
        end--;
    }
    n = (size_t)(end - start);
    n = n < LINE_BYTES_MAX ? n : LINE_BYTES_MAX - 1;
    memcpy(file->line, start, n);
    file->line[n] = '\0';
    return file->line;
}

void source_lines_free(struct source_lines *lines)
{
    while (lines->first) {
        struct source_file *next = lines->first->next;

        free(lines->first->path);
        free(lines->first->text);
        free(lines->first->starts);
        free(lines->first);
        lines->first = next;
    }
}
