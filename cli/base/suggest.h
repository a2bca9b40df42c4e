/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suggest.h - the word that somebody may have meant. */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

/**
 * struct suggest - the nearest of the words shown so far
 *
 * Set @word and leave the rest zero; call suggest_try() for each known word;
 * @best is then the nearest one, or NULL where none is near.
 */
struct suggest {
    const char *word;
    const char *best;
    size_t distance;
};

void suggest_try(struct suggest *suggest, const char *known);

#endif /* SUGGEST_H */
