/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insn_numbers.c - the table of instructions that were translated: open hash
 * tables by pc and bytes.
 *
 * There are two, so that a program that makes code for ever does not fill
 * memory: when the young one is full it becomes the old one, and the old one
 * is forgotten.  What is translated again moves to the young one.  Only what
 * was not translated for so long gets another number.
 */
#include "insn_numbers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "hash64.h"
#include "process.h"
#include "plugin_recording.h"

#define FIRST_SIZE 4096 /* entries, a power of two */
#define LAST_SIZE (INSN_NUMBERS_KEPT / 3 * 4)
#define INSN_BYTES 16

struct entry {
    uint64_t pc;
    uint64_t bytes[2]; /* the instruction's, filled up with 0 */
    uint32_t number;   /* 0: the entry is free */
    uint32_t size;
};

struct table {
    struct entry *entries;
    size_t size;
    size_t n_used;
};

/* Guards what follows.  Nothing waits for the recorder while it is held. */
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct table young;
static struct table old;

static size_t hash(uint64_t pc, const uint64_t bytes[2])
{
    uint64_t h = hash64(pc);

    h = (h ^ h >> 32 ^ bytes[0]) * 0xd6e8feb86659fd93ull;
    h = (h ^ h >> 32 ^ bytes[1]) * 0xd6e8feb86659fd93ull;
    return h ^ h >> 32;
}

/* The entry of the instruction, or the free one where it belongs. */
static struct entry *find(const struct table *table, const struct entry *what)
{
    size_t i = hash(what->pc, what->bytes) & (table->size - 1);

    while (table->entries[i].number != 0 &&
           (table->entries[i].pc != what->pc ||
            table->entries[i].size != what->size ||
            table->entries[i].bytes[0] != what->bytes[0] ||
            table->entries[i].bytes[1] != what->bytes[1])) {
        i = (i + 1) & (table->size - 1);
    }
    return &table->entries[i];
}

/* A table of twice the size with what is in it. Return: whether it is. */
static bool grow(struct table *table)
{
    struct table more = {.size =
                             table->size == 0 ? FIRST_SIZE : table->size * 2,
                         .n_used = table->n_used};

    more.entries = calloc(more.size, sizeof(*more.entries));
    if (more.entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < table->size; i++) {
        if (table->entries[i].number != 0) {
            *find(&more, &table->entries[i]) = table->entries[i];
        }
    }
    free(table->entries);
    *table = more;
    return true;
}

/* Return: whether there is room for one more. */
static bool make_room(void)
{
    if (young.n_used * 4 < young.size * 3) {
        return true;
    }
    if (young.size < LAST_SIZE) {
        return grow(&young);
    }
    free(old.entries);
    old = young;
    young = (struct table){0};
    return grow(&young);
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

/* Give it the number that it has, or a new one. Return: is it new? */
static bool give_number(struct entry *what)
{
    struct entry *entry = NULL;

    if (!make_room()) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        what->number = next_number();
        return true;
    }
    check(young.n_used < young.size, "the table has a free entry");
    entry = find(&young, what);
    if (entry->number != 0) {
        what->number = entry->number;
        return false;
    }
    if (old.size > 0) {
        what->number = find(&old, what)->number;
    }
    if (what->number != 0) {
        *entry = *what;
        young.n_used++;
        return false;
    }
    what->number = next_number();
    *entry = *what;
    young.n_used++;
    return true;
}

uint32_t insn_number(uint64_t pc, const uint8_t *data, size_t size,
                     unsigned flags)
{
    struct entry what = {.pc = pc};
    bool is_new;

    if (size > INSN_BYTES) {
        size = INSN_BYTES;
    }
    what.size = size;
    memcpy(what.bytes, data, size);
    pthread_mutex_lock(&table_lock);
    is_new = give_number(&what);
    pthread_mutex_unlock(&table_lock);
    check(what.number != 0, "an instruction has a number");
    if (is_new) {
        tell(pc, what.number, data, size, flags);
    }
    return what.number;
}

void insn_numbers_after_fork(void)
{
    pthread_mutex_init(&table_lock, NULL);
}
