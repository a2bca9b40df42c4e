/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blocks.c - stores to and loads from blocks of the heap, and says how often,
 * by the line that allocated them:
 *
 *   allocation LINE BLOCKS BYTES LOADS STORES
 *   byte OFFSET SIZE LINE            of the block that is stored to last
 *   last ADDRESS
 */
#include "say.h"

#include <pthread.h>

#define KINDS 3

static struct kind {
    int line;
    unsigned long blocks, bytes, loads, stores;
} kinds[KINDS];

static void *get(struct kind *kind, size_t size)
{
    void *block;

    kind->blocks++;
    kind->bytes += size;
    if (kind == &kinds[0]) {
        kind->line = __LINE__ + 1;
        block = malloc(size);
    } else if (kind == &kinds[1]) {
        kind->line = __LINE__ + 1;
        block = malloc(size);
    } else {
        kind->line = __LINE__ + 1;
        block = malloc(size);
    }
    if (!block) {
        die("malloc");
    }
    return block;
}

/* Four bytes each, nothing else of the block. */
static void use(struct kind *kind, void *block, size_t size, int n_loads)
{
    volatile uint32_t *word = block;

    for (size_t i = 0; i < size / 4; i++) {
        word[i] = (uint32_t)i;
        kind->stores++;
    }
    for (int i = 0; i < n_loads; i++) {
        (void)word[(size_t)i % (size / 4)];
        kind->loads++;
    }
}

static void *second(void *block)
{
    use(&kinds[1], block, 400, 50);
    return block;
}

int main(void)
{
    pthread_t thread;
    void *blocks[20];
    volatile char *last;

    for (int round = 0; round < 3; round++) {
        /* The same memory over and over, for other lines. */
        for (int i = 0; i < 20; i++) {
            blocks[i] = get(&kinds[i % 2], 400);
            use(&kinds[i % 2], blocks[i], 400, 10 * (i + 1));
        }
        for (int i = 0; i < 20; i++) {
            free(blocks[i]);
        }
    }
    blocks[0] = get(&kinds[1], 400);
    pthread_create(&thread, NULL, second, blocks[0]);
    pthread_join(thread, NULL);
    free(blocks[0]);
    last = get(&kinds[2], 1000);
    last[24] = 1;
    kinds[2].stores++;
    for (int i = 0; i < KINDS; i++) {
        say("allocation %d %lu %lu %lu %lu\n", kinds[i].line, kinds[i].blocks,
            kinds[i].bytes, kinds[i].loads, kinds[i].stores);
    }
    say("byte 24 1000 %d\n", kinds[2].line);
    say("last 0x%lx\n", (unsigned long)&last[24]);
    return 0;
}
