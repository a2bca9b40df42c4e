/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec_args.c - see exec_args.h.
 */
#include "exec_args.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "guest_memory.h"
#include "plugin_recording.h"

#define PAGE_BYTES 4096
#define STRING_MAX (128u << 10) /* the kernel's limit of one */
#define TOTAL_MAX (8u << 20)    /* more than it takes of all */

void exec_args_add(struct exec_args *args, const char *word)
{
    char *copy = strdup(word);

    if (copy == NULL || array_reserve(args->words, args->room, args->n + 2)) {
        free(copy);
        args->has_failed = true;
        return;
    }
    args->words[args->n++] = copy;
    args->words[args->n] = NULL;
}

/* Page by page, as the next one need not be there. */
bool exec_args_string(uint64_t vaddr, char *string, size_t size)
{
    size_t used = 0;

    while (used < size) {
        size_t n = PAGE_BYTES - vaddr % PAGE_BYTES;

        if (n > size - used) {
            n = size - used;
        }
        if (!guest_memory_read(vaddr, string + used, n)) {
            return false;
        }
        if (memchr(string + used, '\0', n) != NULL) {
            return true;
        }
        used += n;
        vaddr += n;
    }
    return false;
}

bool exec_args_read(struct exec_args *args, uint64_t vaddr)
{
    size_t word_bytes = plugin_recording.guest->bits / 8;
    char *string = malloc(STRING_MAX);
    uint64_t pointer = 0;
    size_t total = 0;
    bool is_read = string != NULL &&
                   array_reserve(args->words, args->room, args->n + 1) == 0;

    if (is_read) {
        args->words[args->n] = NULL;
    }
    while (is_read && vaddr != 0) {
        is_read = guest_memory_words(vaddr, &pointer, 1);
        if (!is_read || pointer == 0) {
            break;
        }
        is_read = exec_args_string(pointer, string, STRING_MAX);
        if (is_read) {
            exec_args_add(args, string);
            total += strlen(string) + word_bytes;
            is_read = !args->has_failed && total <= TOTAL_MAX;
        }
        vaddr += word_bytes;
    }
    free(string);
    return is_read;
}

void exec_args_free(struct exec_args *args)
{
    for (size_t i = 0; i < args->n; i++) {
        free(args->words[i]);
    }
    free(args->words);
    *args = (struct exec_args){0};
}
