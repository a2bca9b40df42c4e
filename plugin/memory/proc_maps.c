/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_maps.c - reading /proc/self/maps.
 */
#include "proc_maps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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
