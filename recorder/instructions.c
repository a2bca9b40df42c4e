/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * instructions.c - instructions between their definition and their first
 * access.
 */
#include "instructions.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "writer.h"

#define PAGE_INSNS 4096u
#define N_PAGES (MEMTRACE_INSN_MAX / PAGE_INSNS + 1)

enum state {
    STATE_UNKNOWN = 0,
    STATE_DEFINED, /* but not used */
    STATE_USED,    /* but not defined */
    STATE_WRITTEN,
};

struct page {
    _Atomic(uint8_t) states[PAGE_INSNS]; /* writers hold the lock */
    struct memtrace_insn insns[PAGE_INSNS];
};

struct instructions {
    struct memtrace_writer *writer;
    pthread_mutex_t lock; /* guards what follows */
    _Atomic(struct page *) pages[N_PAGES];
};

struct instructions *instructions_new(struct memtrace_writer *writer)
{
    struct instructions *instructions = calloc(1, sizeof(*instructions));

    if (instructions != NULL) {
        instructions->writer = writer;
        pthread_mutex_init(&instructions->lock, NULL);
    }
    return instructions;
}

void instructions_free(struct instructions *instructions)
{
    if (instructions == NULL) {
        return;
    }
    for (size_t i = 0; i < N_PAGES; i++) {
        free(instructions->pages[i]);
    }
    pthread_mutex_destroy(&instructions->lock);
    free(instructions);
}

/* The page of an instruction, made if need be; the lock is held. */
static struct page *page_of_locked(struct instructions *instructions,
                                   uint32_t number)
{
    _Atomic(struct page *) *page = &instructions->pages[number / PAGE_INSNS];

    if (atomic_load(page) == NULL) {
        atomic_store(page, calloc(1, sizeof(struct page)));
    }
    return atomic_load(page);
}

int instructions_define(struct instructions *instructions,
                        const struct memtrace_insn *insn)
{
    uint32_t i = insn->number % PAGE_INSNS;
    struct page *page;
    int error = 0;

    pthread_mutex_lock(&instructions->lock);
    page = page_of_locked(instructions, insn->number);
    if (page == NULL) {
        error = MEMTRACE_ERR_NOMEM;
    } else if (page->states[i] == STATE_USED) {
        page->states[i] = STATE_WRITTEN;
        error = memtrace_writer_insn(instructions->writer, insn);
    } else if (page->states[i] == STATE_UNKNOWN) {
        page->states[i] = STATE_DEFINED;
        page->insns[i] = *insn;
    }
    pthread_mutex_unlock(&instructions->lock);
    return error;
}

static bool is_written(struct instructions *instructions, uint32_t number)
{
    struct page *page = atomic_load(&instructions->pages[number / PAGE_INSNS]);

    return page != NULL &&
           atomic_load(&page->states[number % PAGE_INSNS]) == STATE_WRITTEN;
}

int instructions_use(struct instructions *instructions, uint32_t number)
{
    uint32_t i = number % PAGE_INSNS;
    struct page *page;
    int error = 0;

    if (number > MEMTRACE_INSN_MAX || is_written(instructions, number)) {
        return 0;
    }
    pthread_mutex_lock(&instructions->lock);
    page = page_of_locked(instructions, number);
    if (page == NULL) {
        error = MEMTRACE_ERR_NOMEM;
    } else if (page->states[i] == STATE_DEFINED) {
        page->states[i] = STATE_WRITTEN;
        error = memtrace_writer_insn(instructions->writer, &page->insns[i]);
    } else if (page->states[i] == STATE_UNKNOWN) {
        page->states[i] = STATE_USED;
    }
    pthread_mutex_unlock(&instructions->lock);
    return error;
}
