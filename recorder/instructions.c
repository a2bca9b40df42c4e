/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * instructions.c - instructions between their definition and their first
 * access.
 *
 * A program that makes code for ever defines for ever.  Of all numbers a bit
 * is kept, which tells that nothing more is to be done for it; definitions are
 * kept for so many pages of numbers only.  Where these are too many, what is
 * in the lowest goes into the trace, used or not.
 */
#include "instructions.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "check.h"
#include "writer.h"

#define PAGE_INSNS 4096u
#define N_PAGES (MEMTRACE_INSN_MAX / PAGE_INSNS + 1)

enum state {
    STATE_UNKNOWN = 0,
    STATE_DEFINED, /* but not used */
    STATE_USED,    /* but not defined */
};

struct page {
    uint8_t states[PAGE_INSNS];
    struct memtrace_insn insns[PAGE_INSNS];
};

struct instructions {
    struct memtrace_writer *writer;
    /* Bits of the numbers that are written; writers hold the lock. */
    _Atomic(uint8_t) are_written[N_PAGES][PAGE_INSNS / 8];
    pthread_mutex_t lock; /* guards what follows */
    struct page *pages[N_PAGES];
    bool is_retired[N_PAGES]; /* what is defined there is written at once */
    size_t n_pages;
    size_t lowest; /* no page below is there */
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

static bool is_written(struct instructions *instructions, uint32_t number)
{
    uint32_t i = number % PAGE_INSNS;

    return atomic_load(
               &instructions->are_written[number / PAGE_INSNS][i / 8]) >>
               i % 8 &
           1;
}

static int write_locked(struct instructions *instructions,
                        const struct memtrace_insn *insn)
{
    uint32_t i = insn->number % PAGE_INSNS;

    atomic_fetch_or(
        &instructions->are_written[insn->number / PAGE_INSNS][i / 8],
        (uint8_t)(1u << i % 8));
    return memtrace_writer_insn(instructions->writer, insn);
}

/* The lowest page goes: what is defined there into the trace. */
static int retire_locked(struct instructions *instructions)
{
    struct page *page;
    int error = 0;

    check(instructions->n_pages > 0, "a page is there to go");
    while (instructions->pages[instructions->lowest] == NULL) {
        instructions->lowest++;
        check(instructions->lowest < N_PAGES, "no page is below the lowest");
    }
    page = instructions->pages[instructions->lowest];
    for (size_t i = 0; i < PAGE_INSNS && error == 0; i++) {
        if (page->states[i] == STATE_DEFINED) {
            error = write_locked(instructions, &page->insns[i]);
        }
    }
    instructions->is_retired[instructions->lowest] = true;
    instructions->pages[instructions->lowest] = NULL;
    instructions->n_pages--;
    free(page);
    return error;
}

/*
 * Set *page to that of an instruction, made if need be; to NULL where it is
 * retired.
 */
static int page_of_locked(struct instructions *instructions, uint32_t number,
                          struct page **page)
{
    size_t i = number / PAGE_INSNS;
    int error = 0;

    *page = instructions->pages[i];
    if (*page != NULL || instructions->is_retired[i]) {
        return 0;
    }
    while (instructions->n_pages >= INSTRUCTIONS_PAGES && error == 0) {
        error = retire_locked(instructions);
    }
    *page = calloc(1, sizeof(**page));
    if (error != 0 || *page == NULL) {
        free(*page);
        return error != 0 ? error : MEMTRACE_ERR_NOMEM;
    }
    instructions->pages[i] = *page;
    instructions->n_pages++;
    if (i < instructions->lowest) {
        instructions->lowest = i;
    }
    return 0;
}

int instructions_define(struct instructions *instructions,
                        const struct memtrace_insn *insn)
{
    uint32_t i = insn->number % PAGE_INSNS;
    struct page *page;
    int error;

    pthread_mutex_lock(&instructions->lock);
    error = page_of_locked(instructions, insn->number, &page);
    if (error == 0 && !is_written(instructions, insn->number)) {
        if (page == NULL || page->states[i] == STATE_USED) {
            error = write_locked(instructions, insn);
        } else if (page->states[i] == STATE_UNKNOWN) {
            page->states[i] = STATE_DEFINED;
            page->insns[i] = *insn;
        }
    }
    pthread_mutex_unlock(&instructions->lock);
    return error;
}

int instructions_use(struct instructions *instructions, uint32_t number)
{
    uint32_t i = number % PAGE_INSNS;
    struct page *page;
    int error;

    if (number > MEMTRACE_INSN_MAX || is_written(instructions, number)) {
        return 0;
    }
    pthread_mutex_lock(&instructions->lock);
    error = page_of_locked(instructions, number, &page);
    if (error == 0 && page != NULL && !is_written(instructions, number)) {
        if (page->states[i] == STATE_DEFINED) {
            error = write_locked(instructions, &page->insns[i]);
        } else {
            page->states[i] = STATE_USED;
        }
    }
    pthread_mutex_unlock(&instructions->lock);
    return error;
}
