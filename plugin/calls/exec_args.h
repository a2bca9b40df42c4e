/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec_args.h - arguments and environment for execve, from the guest's memory
 * or added by the plugin.
 */
#ifndef PLUGIN_EXEC_ARGS_H
#define PLUGIN_EXEC_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct exec_args - a list of strings; all zero is an empty one
 * @words: n of them, owned by the list, and a NULL
 * @has_failed: one could not be added, as memory ran out
 */
struct exec_args {
    char **words;
    size_t n;
    size_t room;
    bool has_failed;
};

/** exec_args_add() - add a copy of @word; on failure set has_failed. */
void exec_args_add(struct exec_args *args, const char *word);

/**
 * exec_args_read() - add the strings of the guest's list at @vaddr
 *
 * The list at 0 is empty.  Return: whether all were read and added.
 */
bool exec_args_read(struct exec_args *args, uint64_t vaddr);

/**
 * exec_args_string() - read one string of the guest's, with its NUL
 * @string: of @size bytes
 *
 * Return: whether it was read, and has room.
 */
bool exec_args_string(uint64_t vaddr, char *string, size_t size);

void exec_args_free(struct exec_args *args);

#endif /* PLUGIN_EXEC_ARGS_H */
