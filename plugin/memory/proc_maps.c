/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_maps.c - reading /proc/self/maps.
 */
#include "proc_maps.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FIRST_BYTES (64u << 10)

static char *read_all(void)
{
    size_t size = FIRST_BYTES;
    size_t used = 0;
    char *text = malloc(size);
    ssize_t n = -1;
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

    while (fd >= 0 && text != NULL) {
        n = read(fd, text + used, size - used - 1);
        if (n <= 0) {
            break;
        }
        used += n;
        if (size - used < FIRST_BYTES / 2) {
            char *more = realloc(text, size * 2);

            if (more == NULL) {
                n = -1;
                break;
            }
            text = more;
            size *= 2;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    if (fd < 0 || text == NULL || n < 0) {
        free(text);
        return NULL;
    }
    text[used] = '\0';
    return text;
}

static bool parse_line(char *line, struct proc_mapping *mapping)
{
    unsigned long long start;
    unsigned long long end;
    unsigned long long offset;
    unsigned long long inode;
    char prot[5];
    int name = 0;

    if (sscanf(line, "%llx-%llx %4s %llx %*s %llu %n", &start, &end, prot,
               &offset, &inode, &name) < 5) {
        return false;
    }
    *mapping = (struct proc_mapping){
        .start = start,
        .end = end,
        .prot = (prot[0] == 'r' ? PROT_READ : 0) |
                (prot[1] == 'w' ? PROT_WRITE : 0) |
                (prot[2] == 'x' ? PROT_EXEC : 0),
        .offset = offset,
        .inode = inode,
        .name = line + name,
    };
    return true;
}

int proc_maps_read(struct proc_maps *maps)
{
    size_t n_lines = 0;
    char *save = NULL;

    *maps = (struct proc_maps){.text = read_all()};
    if (maps->text == NULL) {
        return -1;
    }
    for (const char *p = maps->text; *p != '\0'; p++) {
        n_lines += *p == '\n';
    }
    maps->list = calloc(n_lines + 1, sizeof(*maps->list));
    if (maps->list == NULL) {
        proc_maps_free(maps);
        return -1;
    }
    for (char *line = strtok_r(maps->text, "\n", &save);
         line != NULL && maps->n < n_lines;
         line = strtok_r(NULL, "\n", &save)) {
        maps->n += parse_line(line, &maps->list[maps->n]);
    }
    return 0;
}

void proc_maps_free(struct proc_maps *maps)
{
    free(maps->list);
    free(maps->text);
    *maps = (struct proc_maps){0};
}
