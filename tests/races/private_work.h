// private_work.h: a thread's own work, of more accesses than a block of a trace
// has, so that what threads share is little of what they do.
#ifndef PRIVATE_WORK_H
#define PRIVATE_WORK_H

#include <stdlib.h>

#define PRIVATE_WORDS 8192

struct private_work {
    unsigned *words;
};

static inline void private_work_begin(struct private_work *work)
{
    work->words = calloc(PRIVATE_WORDS, sizeof(*work->words));
}

static __attribute__((noinline)) void private_work_turn(unsigned *words)
{
    for (unsigned i = 0; i < 16384; i++) {
        unsigned at = i * 2654435761u % PRIVATE_WORDS;

        words[at] += words[i % PRIVATE_WORDS] ^ i;
    }
}

// Some 50,000 accesses or more, over and over the same memory.  Not where libc
// keeps what it knows of the thread, which is right above its first frames.
static inline void private_work_go_on(struct private_work *work)
{
    char apart[8192];

    __asm__ volatile("" : : "r"(apart) : "memory");
    private_work_turn(work->words);
    __asm__ volatile("" : : "r"(apart) : "memory"); // no tail call
}

#endif
