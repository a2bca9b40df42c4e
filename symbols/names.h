/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * names.h - strings that live as long as their pool.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdarg.h>
#include <stddef.h>

struct names_chunk;

/* All 0 is an empty one. */
struct names {
    struct names_chunk *chunks;
};

/** names_keep() - Return: a copy of @size bytes and a NUL, or NULL. */
const char *names_keep(struct names *names, const char *text, size_t size);

/**
 * names_format() - keep what vprintf() would print
 *
 * Return: the text, or NULL where there is no memory.
 */
const char *names_format(struct names *names, const char *format,
                         va_list arguments);

/**
 * names_demangle() - a linker's name as its programmer wrote it
 *
 * What follows an "@" stays: "@plt", a version.
 *
 * Return: what C++, Rust or D calls it, or @name itself where it is not
 * mangled, or cannot be undone.
 */
const char *names_demangle(struct names *names, const char *name);

void names_free(struct names *names);

#endif /* NAMES_H */
