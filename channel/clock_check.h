/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock_check.h - can stamps of several cores be compared?
 */
#ifndef CHANNEL_CLOCK_CHECK_H
#define CHANNEL_CLOCK_CHECK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Why stamps are the processor's counter, or numbers of a counter in shared
 * memory: a name, and words for the user and the trace.
 */
#define CLOCK_REASONS(X)                                                       \
    X(SYNCHRONOUS, "the processor's counter")                                  \
    X(PROCESSOR_ASKED, "the processor's counter, as asked for")                \
    X(COUNTER_ASKED, "a shared counter, as asked for")                         \
    X(NOT_LISTED, "a shared counter: the kernel does not list the "            \
                  "processor's counter among its clocks")                      \
    X(NOT_CONSTANT, "a shared counter: the processor's counter does not run "  \
                    "at one rate")                                             \
    X(DIFFERS, "a shared counter: the processor's counter differs between "    \
               "cores")

enum clock_reason {
#define CLOCK_REASON_NUMBER(name, words) CLOCK_##name,
    CLOCK_REASONS(CLOCK_REASON_NUMBER)
#undef CLOCK_REASON_NUMBER
        CLOCK_REASONS_END,
};

/* What the user may ask for; the words of the option, in this order. */
enum clock_choice {
    CLOCK_CHOICE_AUTO,
    CLOCK_CHOICE_PROCESSOR,
    CLOCK_CHOICE_COUNTER,
};

/** clock_reason_is_counter() - are stamps those of a counter in memory? */
static inline bool clock_reason_is_counter(enum clock_reason reason)
{
    return reason != CLOCK_SYNCHRONOUS && reason != CLOCK_PROCESSOR_ASKED;
}

/** clock_reason_words() - Return: the words of a reason. */
const char *clock_reason_words(enum clock_reason reason);

/**
 * clock_choose() - what stamps are to be
 *
 * For CLOCK_CHOICE_AUTO it looks at what the kernel says of the counter, and
 * then lets cores pass a number to and fro for some milliseconds: a counter
 * that runs backwards over that is not synchronous.  That never is so of one
 * that is, however busy the machine.
 */
enum clock_reason clock_choose(enum clock_choice choice);

/**
 * clock_kernel_trusts() - what files of the kernel say of the counter
 * @sources: of available_clocksource, NULL where it cannot be read
 * @cpuinfo: of /proc/cpuinfo, NULL where it cannot be read
 *
 * Return: CLOCK_SYNCHRONOUS where they say nothing against it.
 */
enum clock_reason clock_kernel_trusts(const char *sources, const char *cpuinfo);

/**
 * clock_cores_agree() - do counters of cores ever run backwards between them?
 * @read: reads the counter of the core that it runs on; called by several
 *        threads at once
 * @budget_ns: how long it may take
 *
 * Each core that this process may use meets each other one, as far as time
 * allows.
 *
 * Return: false where one did.
 */
bool clock_cores_agree(uint64_t (*read)(void), uint64_t budget_ns);

#endif /* CHANNEL_CLOCK_CHECK_H */
