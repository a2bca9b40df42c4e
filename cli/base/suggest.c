/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suggest.c - edit distance between what was typed and what is known. */
#include <string.h>

#include "suggest.h"

#define WORD_MAX 32 /* longer words are not compared */

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* Insertions, deletions, replacements and swaps of neighbours, each 1. */
static size_t distance(const char *a, size_t n_a, const char *b, size_t n_b)
{
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0];
    size_t *last = rows[1];
    size_t *row = rows[2];

    for (size_t j = 0; j <= n_b; j++) {
        before[j] = 0;
        last[j] = j;
    }
    for (size_t i = 1; i <= n_a; i++) {
        size_t *spare = before;

        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            row[j] = min3(last[j] + 1, row[j - 1] + 1,
                          last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1] && before[j - 2] + 1 < row[j]) {
                row[j] = before[j - 2] + 1;
            }
        }
        before = last;
        last = row;
        row = spare;
    }
    return last[n_b];
}

void suggest_try(struct suggest *suggest, const char *known)
{
    size_t n_word = strlen(suggest->word);
    size_t n_known = strlen(known);
    size_t found;

    if (n_word > WORD_MAX || n_known > WORD_MAX || n_word == 0) {
        return;
    }
    found = distance(suggest->word, n_word, known, n_known);
    /* A beginning of three letters is near, however much is missing. */
    if (n_word >= 3 && n_word < n_known &&
        !memcmp(suggest->word, known, n_word)) {
        found = 1;
    }
    if (found > 1 + n_known / 4) {
        return;
    }
    if (!suggest->best || found < suggest->distance) {
        suggest->best = known;
        suggest->distance = found;
    }
}
