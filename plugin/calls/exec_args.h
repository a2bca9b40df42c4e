/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec_args.h - lists of strings for execve, out of the guest's memory or made
 * here.
 */
#ifndef PLUGIN_EXEC_ARGS_H
#define PLUGIN_EXEC_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct exec_args - strings of its own
 * @words: n of them, and a NULL
 * @has_failed: one could not be added, as memory ran out
 */
struct exec_args {
    char **words;
    size_t n;
    size_t room;
    bool has_failed;
};

/** exec_args_add() - add a copy of @word; has_failed tells whether not. */
void exec_args_add(struct exec_args *args, const char *word);

/**
 * exec_args_read() - add the strings of the guest's list at @vaddr
 *
 * Return: whether all could be read; a list at 0 is empty.
 */
bool exec_args_read(struct exec_args *args, uint64_t vaddr);

/** exec_args_string() - one string, @size bytes at most. Return: as above. */
bool exec_args_string(uint64_t vaddr, char *string, size_t size);

void exec_args_free(struct exec_args *args);

#endif /* PLUGIN_EXEC_ARGS_H */
