/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insns.c - the table of instructions that were translated: an open hash
 * table by pc and bytes.
 */
#include "insns.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"
#include "plugin_recording.h"

#define FIRST_SIZE 4096 /* entries, a power of two */
#define INSN_BYTES 16

struct entry {
    uint64_t pc;
    uint64_t bytes[2]; /* the instruction's, filled up with 0 */
    uint32_t number;   /* 0: the entry is free */
    uint32_t size;
};

/* Guards what follows.  Nothing waits for the recorder while it is held. */
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry *table;
static size_t table_size;
static size_t table_used;

static size_t hash(uint64_t pc, const uint64_t bytes[2])
{
    uint64_t h = pc * 0x9e3779b97f4a7c15ull;

    h = (h ^ h >> 32 ^ bytes[0]) * 0xd6e8feb86659fd93ull;
    h = (h ^ h >> 32 ^ bytes[1]) * 0xd6e8feb86659fd93ull;
    return h ^ h >> 32;
}

/* The entry of the instruction, or the free one where it belongs. */
static struct entry *find(struct entry *entries, size_t size, uint64_t pc,
                          const uint64_t bytes[2], uint32_t insn_size)
{
    size_t i = hash(pc, bytes) & (size - 1);

    while (entries[i].number != 0 &&
           (entries[i].pc != pc || entries[i].size != insn_size ||
            entries[i].bytes[0] != bytes[0] ||
            entries[i].bytes[1] != bytes[1])) {
        i = (i + 1) & (size - 1);
    }
    return &entries[i];
}

/* Return: whether there is room for one more. */
static bool grow(void)
{
    size_t size = table_size == 0 ? FIRST_SIZE : table_size * 2;
    struct entry *entries;

    if (table_used * 4 < table_size * 3) {
        return true;
    }
    entries = calloc(size, sizeof(*entries));
    if (entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < table_size; i++) {
        const struct entry *old = &table[i];

        if (old->number != 0) {
            *find(entries, size, old->pc, old->bytes, old->size) = *old;
        }
    }
    free(table);
    table = entries;
    table_size = size;
    return true;
}

static uint32_t next_number(void)
{
    _Atomic(uint32_t) *next = &plugin_recording.channel->next_insn;
    uint32_t number = atomic_load(next);

    do {
        if (number >= CHANNEL_INSN_MAX) {
            return CHANNEL_INSN_MAX;
        }
    } while (!atomic_compare_exchange_weak(next, &number, number + 1));
    return number;
}

static void tell(uint64_t pc, uint32_t number, const uint8_t *data, size_t size,
                 unsigned flags)
{
    uint64_t args[] = {pc, number, size | (uint64_t)flags << 8};

    process_message(CHANNEL_MESSAGE_INSN, args, 3, data, size);
}

uint32_t insns_number(uint64_t pc, const uint8_t *data, size_t size,
                      unsigned flags)
{
    uint64_t bytes[2] = {0, 0};
    struct entry *entry;
    bool is_new = true;
    uint32_t number;

    if (size > INSN_BYTES) {
        size = INSN_BYTES;
    }
    memcpy(bytes, data, size);
    pthread_mutex_lock(&table_lock);
    if (!grow()) {
        number = next_number();
    } else {
        entry = find(table, table_size, pc, bytes, size);
        is_new = entry->number == 0;
        if (is_new) {
            *entry = (struct entry){.pc = pc,
                                    .bytes = {bytes[0], bytes[1]},
                                    .number = next_number(),
                                    .size = size};
            table_used++;
        }
        number = entry->number;
    }
    pthread_mutex_unlock(&table_lock);
    if (is_new) {
        tell(pc, number, data, size, flags);
    }
    return number;
}

void insns_after_fork(void)
{
    pthread_mutex_init(&table_lock, NULL);
}
