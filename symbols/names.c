/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * names.c - a pool of strings, and demangling into it.
 *
 * Demangling is libiberty's, the one that nm and addr2line use: it knows
 * C++, Rust and D, bounds its recursion, and links without a C++ runtime.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "names.h"

/* Of names that are longer nothing is undone: no compiler makes them. */
#define NAME_MAX_MANGLED 16384
#define CHUNK_BYTES 16384

struct names_chunk {
    struct names_chunk *next;
    size_t used;
    size_t room;
    char bytes[];
};

const char *names_keep(struct names *names, const char *text, size_t size)
{
    struct names_chunk *chunk = names->chunks;
    char *copy;

    if (!chunk || chunk->room - chunk->used <= size) {
        size_t room = size < CHUNK_BYTES ? CHUNK_BYTES : size + 1;

        chunk = malloc(sizeof(*chunk) + room);
        if (!chunk) {
            return NULL;
        }
        chunk->next = names->chunks;
        chunk->used = 0;
        chunk->room = room;
        names->chunks = chunk;
    }
    copy = chunk->bytes + chunk->used;
    memcpy(copy, text, size);
    copy[size] = '\0';
    chunk->used += size + 1;
    return copy;
}

const char *names_format(struct names *names, const char *format,
                         va_list arguments)
{
    const char *kept;
    char *text;
    int n = vasprintf(&text, format, arguments);

    if (n < 0) {
        return NULL;
    }
    kept = names_keep(names, text, (size_t)n);
    free(text);
    return kept;
}

/*
 * Does a name of D refer back to parts of itself more often than is undone?
 * libiberty writes what is referred to each time, so such a name may grow out
 * of all bounds.
 */
#define D_REFERENCES_MAX 24

static bool is_d_too_long(const char *mangled)
{
    unsigned n = 0;

    for (const char *at = mangled; *at; at++) {
        n += *at == 'Q';
    }
    return n > D_REFERENCES_MAX;
}

/* Return: to be freed, or NULL where it is not mangled. */
static char *undone(const char *mangled)
{
    bool is_d = mangled[1] == 'D' && (isdigit((unsigned char)mangled[2]) ||
                                      strcmp(mangled, "_Dmain") == 0);

    if (is_d && is_d_too_long(mangled)) {
        return NULL;
    }
    return cplus_demangle(mangled, (is_d ? DMGL_DLANG : DMGL_NO_OPTS) |
                                       DMGL_PARAMS | DMGL_ANSI);
}

const char *names_demangle(struct names *names, const char *name)
{
    const char *at = name[0] == '_' ? strchr(name, '@') : NULL;
    const char *kept = NULL;
    const char *mangled = name;
    char *plain;
    char *text;

    if (name[0] != '_' || strnlen(name, NAME_MAX_MANGLED) == NAME_MAX_MANGLED) {
        return name;
    }
    if (at) {
        mangled = names_keep(names, name, (size_t)(at - name));
    }
    plain = mangled ? undone(mangled) : NULL;
    if (plain && !at) {
        kept = names_keep(names, plain, strlen(plain));
    } else if (plain && asprintf(&text, "%s%s", plain, at) >= 0) {
        kept = names_keep(names, text, strlen(text));
        free(text);
    }
    free(plain);
    return kept ? kept : name;
}

void names_free(struct names *names)
{
    while (names->chunks) {
        struct names_chunk *next = names->chunks->next;

        free(names->chunks);
        names->chunks = next;
    }
}
