/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_maps.c - reading /proc/self/maps.
 */
#include "proc_maps.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_BYTES (64u << 10)

/* All of a file. Return: allocated and NUL-terminated, or NULL with errno. */
static char *read_all(int fd)
{
    size_t size = FIRST_BYTES;
    size_t used = 0;
    char *text = malloc(size);

    while (text != NULL) {
        ssize_t n = read(fd, text + used, size - used - 1);

        if (n == 0) {
            text[used] = '\0';
            return text;
        }
        if (n < 0) {
            break;
        }
        used += n;
        if (size - used < FIRST_BYTES / 2) {
            char *more = realloc(text, size * 2);

            if (more == NULL) {
                break;
            }
            text = more;
            size *= 2;
        }
    }
    free(text);
    return NULL;
}

/* What the kernel writes for a newline, and leaves alone where it is meant. */
#define NEWLINE "\\012"
#define NEWLINE_BYTES 4
#define NEWLINES_MAX 6 /* that may be either */
#define DELETED " (deleted)"

/*
 * The name with some of its escapes replaced.
 * @which: a bit for each; those beyond NEWLINES_MAX are newlines
 */
static void decode(const char *name, unsigned which, char out[PATH_MAX])
{
    size_t n = 0;

    for (unsigned i = 0; *name != '\0' && n < PATH_MAX - 1; n++) {
        bool is_escape = strncmp(name, NEWLINE, NEWLINE_BYTES) == 0;
        bool is_newline = is_escape && (i >= NEWLINES_MAX || (which >> i & 1));

        out[n] = is_newline ? '\n' : *name;
        name += is_newline ? NEWLINE_BYTES : 1;
        i += is_escape;
    }
    out[n] = '\0';
}

static bool leads_to(const char *path, uint64_t inode)
{
    struct stat st;

    return stat(path, &st) == 0 && st.st_ino == inode;
}

/* What memfd_create() makes has no path, and is called so all the time. */
static void cut_deleted(char *name)
{
    size_t n = strlen(name);
    size_t end = strlen(DELETED);

    if (n <= end || strcmp(name + n - end, DELETED) != 0 ||
        strncmp(name, "/memfd:", 7) == 0) {
        return;
    }
    name[n - end] = '\0';
}

/*
 * The path that the kernel means: "\012" may be a newline or itself, and
 * " (deleted)" a part of the path.  That which leads to the file is right; of
 * what leads nowhere any more, newlines are the likelier.
 */
static void settle_name(char *name, uint64_t inode)
{
    unsigned n_escapes = 0;
    char path[PATH_MAX];

    for (const char *at = name; (at = strstr(at, NEWLINE)) != NULL; at++) {
        n_escapes += n_escapes < NEWLINES_MAX;
    }
    if (name[0] != '/' || strlen(name) >= PATH_MAX ||
        (n_escapes == 0 && strstr(name, DELETED) == NULL)) {
        return;
    }
    for (unsigned which = 0; which < 1u << n_escapes; which++) {
        decode(name, which, path);
        if (leads_to(path, inode)) {
            strcpy(name, path);
            return;
        }
    }
    cut_deleted(path);
    strcpy(name, path);
}

static bool parse_line(char *line, struct proc_mapping *mapping)
{
    unsigned long long start;
    unsigned long long end;
    unsigned long long offset;
    unsigned long long inode;
    unsigned major;
    unsigned minor;
    char prot[5];
    int name = 0;

    if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu %n", &start, &end, prot,
               &offset, &major, &minor, &inode, &name) < 7) {
        return false;
    }
    *mapping = (struct proc_mapping){
        .start = start,
        .end = end,
        .prot = (prot[0] == 'r' ? PROT_READ : 0) |
                (prot[1] == 'w' ? PROT_WRITE : 0) |
                (prot[2] == 'x' ? PROT_EXEC : 0),
        .offset = offset,
        .device = (uint64_t)major << 20 | minor,
        .inode = inode,
        .name = line + name,
    };
    settle_name(line + name, inode);
    return true;
}

int proc_maps_parse(struct proc_maps *maps, char *text)
{
    size_t n_lines = 0;
    char *save = NULL;

    *maps = (struct proc_maps){.text = text};
    for (const char *p = text; *p != '\0'; p++) {
        n_lines += *p == '\n';
    }
    maps->list = calloc(n_lines + 1, sizeof(*maps->list));
    if (maps->list == NULL) {
        proc_maps_free(maps);
        return -1;
    }
    for (char *line = strtok_r(text, "\n", &save);
         line != NULL && maps->n < n_lines;
         line = strtok_r(NULL, "\n", &save)) {
        maps->n += parse_line(line, &maps->list[maps->n]);
    }
    return 0;
}

int proc_maps_read(struct proc_maps *maps)
{
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    char *text = NULL;
    int error;

    if (fd >= 0) {
        text = read_all(fd);
        error = errno;
        close(fd);
        errno = error;
    }
    return text != NULL ? proc_maps_parse(maps, text) : -1;
}

void proc_maps_free(struct proc_maps *maps)
{
    free(maps->list);
    free(maps->text);
    *maps = (struct proc_maps){0};
}
