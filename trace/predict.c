/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * predict.c - room for what predictions look back to.
 */
#include "predict.h"

#include <stdlib.h>

/* An array of n items behind PAST_PAD, or NULL. */
static void *past_new(size_t n, size_t item_bytes)
{
    char *start = calloc(n + PAST_PAD + 2 * LANES, item_bytes);

    /* cppcheck-suppress memleak; past_free() frees it */
    return start ? start + PAST_PAD * item_bytes : NULL;
}

static void past_free(void *past, size_t item_bytes)
{
    if (past) {
        free((char *)past - PAST_PAD * item_bytes);
    }
}

void predictor_free(struct predictor *p)
{
    past_free(p->vaddrs, sizeof(*p->vaddrs));
    past_free(p->tags, sizeof(*p->tags));
    past_free(p->moves, sizeof(*p->moves));
    past_free(p->ways, sizeof(*p->ways));
    p->vaddrs = NULL;
    p->tags = NULL;
    p->moves = NULL;
    p->ways = NULL;
    p->room = 0;
}

int predictor_reserve(struct predictor *p, size_t n, uint16_t repeat_way)
{
    if (n <= p->room) {
        return 0;
    }
    predictor_free(p);
    p->vaddrs = past_new(n, sizeof(*p->vaddrs));
    p->tags = past_new(n, sizeof(*p->tags));
    p->moves = past_new(n, sizeof(*p->moves));
    p->ways = past_new(n, sizeof(*p->ways));
    if (!p->vaddrs || !p->tags || !p->moves || !p->ways) {
        predictor_free(p);
        return -1;
    }
    for (int i = -PAST_PAD; i < 0; i++) {
        p->ways[i] = repeat_way;
    }
    p->room = n;
    return 0;
}

void predictor_reset(struct predictor *p)
{
    p->source = NO_SOURCE;
    p->repeat = LANES;
    /* What no block has used yet need not be touched. */
    if (p->is_used) {
        memset(p->nexts, 0, sizeof(p->nexts));
        memset(p->places, 0, sizeof(p->places));
        memset(p->tagged, 0, sizeof(p->tagged));
        memset(p->missed, 0, sizeof(p->missed));
    }
    p->is_used = true;
}
