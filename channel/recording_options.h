/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recording_options.h - the options of a recording, one row each.
 *
 * Three programs read them: `memtrace record`, the plugin where QEMU is started
 * by hand, and the recorder that the plugin then starts.  From these rows are
 * made the fields and the options of record and recorder (cli/record), what
 * record tells the plugin and the plugin the recorder, the plugin's parser and
 * its list of valid options (plugin/life), and the properties of a trace that
 * say how it was recorded.  A new option is a new row.
 */
#ifndef CHANNEL_RECORDING_OPTIONS_H
#define CHANNEL_RECORDING_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channel.h"
#include "clock_check.h"

enum recording_regions { RECORDING_RW, RECORDING_ALL };

extern const char *const recording_regions_words[];
extern const char *const recording_overflow_words[];
extern const char *const recording_clock_words[];

/* When an option becomes the property record.NAME of the trace. */
enum recording_note { NOTED_NEVER, NOTED_IF_SET, NOTED_ALWAYS };

#define RECORDING_STAMP_MOST (1u << 20)

/*
 * What record, plugin and recorder know as values.
 *
 * type: FLAG: bool, --NAME, and NAME=on|off for the plugin
 *       CHOICE: int, index of a word in words
 *       NUMBER: uint64_t
 *       SIZE: uint64_t, bytes, with K, M or G
 * member: of struct recording_options
 * name: as it is typed
 * words: of a CHOICE, or NULL
 * value: what the help of record calls the value, or NULL
 * least, most: of a NUMBER or SIZE
 * fallback: what it is where it is not given
 * note: enum recording_note
 * help: one line for `memtrace record --help`
 */
/* clang-format off */
#define RECORDING_OPTIONS(OPTION)                                              \
    OPTION(CHOICE, regions, "regions", recording_regions_words, NULL,          \
           0, 0, RECORDING_RW, NOTED_ALWAYS,                                   \
           "accesses to writable memory (default), or to all")                 \
    OPTION(FLAG, syscalls, "syscalls", NULL, NULL,                             \
           0, 0, false, NOTED_IF_SET,                                          \
           "also what system calls read and write in guest memory")            \
    OPTION(FLAG, values, "values", NULL, NULL,                                 \
           0, 0, false, NOTED_IF_SET,                                          \
           "also what was loaded and stored (QEMU 10.0 or later)")             \
    OPTION(FLAG, heap, "heap", NULL, NULL,                                     \
           0, 0, false, NOTED_IF_SET,                                          \
           "also which blocks malloc and the like give (QEMU 9.1 or later)")   \
    OPTION(NUMBER, stamp, "stamp", NULL, "N",                                  \
           1, RECORDING_STAMP_MOST, 64, NOTED_ALWAYS,                          \
           "accesses of a thread between stamps (default 64)")                 \
    OPTION(NUMBER, dense, "dense", NULL, "N",                                  \
           0, RECORDING_STAMP_MOST, 0, NOTED_IF_SET,                           \
           "stamp each of N at a start or after a system call")                \
    OPTION(SIZE, buffer_bytes, "buffer", NULL, "SIZE",                         \
           256u << 10, (uint64_t)16 << 30, 32u << 20, NOTED_NEVER,             \
           "memory between program and recorder (default 32M)")                \
    OPTION(CHOICE, overflow, "overflow", recording_overflow_words, NULL,       \
           0, 0, CHANNEL_OVERFLOW_WAIT, NOTED_NEVER,                           \
           "when it is full: wait (default), or drop accesses")                \
    OPTION(CHOICE, clock, "clock", recording_clock_words, NULL,                \
           0, 0, CLOCK_CHOICE_AUTO, NOTED_IF_SET,                              \
           "time stamps: the processor's, or a counter in memory")

/* The same, but no options of record, which has --kind for them. */
#define RECORDING_OPTIONS_BY_HAND(OPTION)                                      \
    OPTION(FLAG, skips_loads, "noread", NULL, NULL,                            \
           0, 0, false, NOTED_NEVER, "no loads")                               \
    OPTION(FLAG, skips_stores, "nowrite", NULL, NULL,                          \
           0, 0, false, NOTED_NEVER, "no stores")

/*
 * What only the recorder makes sense of (cli/record/record_filters.c): which
 * part of the accesses is recorded.  The plugin hands these on as they are.
 *
 * type: STRING, STRINGS, NUMBER, NUMBERS, ADDRESSES as in cli/base/options.h
 * member: of struct record_filter_settings
 * letter: for the short option, or 0
 * value: what the help of record calls the value
 * by_hand: what the plugin's list of valid options calls it; QEMU ends an
 *          option at a comma
 * is_marked: a trace marks where it left accesses out
 */
#define RECORDING_FILTERS(FILTER)                                              \
    FILTER(STRINGS, functions, "function", 0, "GLOB,!GLOB", "GLOB",            \
           0, 0, false,                                                        \
           "only accesses by these functions; ! all but these")                \
    FILTER(STRINGS, modules, "module", 0, "GLOB,!GLOB", "GLOB",                \
           0, 0, false,                                                        \
           "only accesses by code of these files")                             \
    FILTER(STRINGS, sources, "source", 0, "GLOB,!GLOB", "GLOB",                \
           0, 0, false,                                                        \
           "only accesses by code of these source files")                      \
    FILTER(STRINGS, symbols, "symbol", 0, "GLOB,GLOB", "GLOB",                 \
           0, 0, false,                                                        \
           "only accesses to these static variables")                          \
    FILTER(ADDRESSES, addresses, "address", 'a', "LO-HI|LO+LEN", "LO-HI",      \
           0, 0, false,                                                        \
           "only accesses that touch a byte of this range")                    \
    FILTER(STRINGS, regions, "region", 0, "NAME,NAME", "heap|stack|data|mmap", \
           0, 0, false,                                                        \
           "only memory of these kinds: heap, stack, data, mmap")              \
    FILTER(NUMBERS, threads, "thread", 't', "N,N-M", "N-M",                    \
           0, 0, true,                                                         \
           "only accesses of these threads")                                   \
    FILTER(STRINGS, start_at, "start-at", 0, "GLOB,GLOB", "GLOB",              \
           0, 0, true,                                                         \
           "start to record when such a function is called")                   \
    FILTER(STRINGS, stop_at, "stop-at", 0, "GLOB,GLOB", "GLOB",                \
           0, 0, true,                                                         \
           "and stop when such a one is")                                      \
    FILTER(NUMBER, skip, "skip", 0, "N", "N",                                  \
           0, INT64_MAX, true,                                                 \
           "leave out the first N accesses")                                   \
    FILTER(NUMBER, limit, "limit", 0, "N", "N",                                \
           1, INT64_MAX, true,                                                 \
           "record no more than N accesses")                                   \
    FILTER(STRING, sample, "sample", 0, "ON/PERIOD", "1ms/100ms",              \
           0, 0, true,                                                         \
           "record ON of every PERIOD, as 1ms/100ms")

/*
 * What the plugin tells the recorder that it starts, beside all that.
 *
 * type: NUMBER, at most INT32_MAX, or STRING, which may be NULL
 * member: of struct recording_start
 */
#define RECORDING_START(ARGUMENT)                                              \
    ARGUMENT(NUMBER, channel_fd, "channel", "FD",                              \
             "descriptor of the channel")                                      \
    ARGUMENT(NUMBER, pid, "pid", "PID",                                        \
             "process of QEMU")                                                \
    ARGUMENT(STRING, guest, "guest", "ARCH",                                   \
             "architecture of the guest")                                      \
    ARGUMENT(STRING, out, "out", "FILE",                                       \
             "trace to write")                                                 \
    ARGUMENT(STRING, text, "text", "FILE",                                     \
             "text to write; stderr without either")
/* clang-format on */

/* What `memtrace record` alone tells the plugin. */
#define RECORDING_CHANNEL "channel" /* the descriptor of the channel */
#define RECORDING_FOLLOW "follow"   /* PID-FD of the recorder */
/* And the plugin to itself, in QEMU that it puts in its place. */
#define RECORDING_PARENT "parent" /* number of the thread that executed it */

#define RECORDING_MEMBER_FLAG(member) bool member;
#define RECORDING_MEMBER_CHOICE(member) int member;
#define RECORDING_MEMBER_NUMBER(member) uint64_t member;
#define RECORDING_MEMBER_SIZE(member) uint64_t member;
#define RECORDING_MEMBER_STRING(member) const char *member;

/* struct recording_options - one value a row; strings are not among them */
struct recording_options {
#define RECORDING_MEMBER(type, member, ...) RECORDING_MEMBER_##type(member)
    RECORDING_OPTIONS(RECORDING_MEMBER)
    RECORDING_OPTIONS_BY_HAND(RECORDING_MEMBER)
};

/* struct recording_start - one value a row; strings are the caller's */
struct recording_start {
    RECORDING_START(RECORDING_MEMBER)
};

/* What they are before any is given. */
#define RECORDING_FALLBACK(type, member, name, words, value, least, most,      \
                           fallback, ...)                                      \
    .member = fallback,
#define RECORDING_DEFAULTS                                                     \
    {                                                                          \
        RECORDING_OPTIONS(RECORDING_FALLBACK)                                  \
        RECORDING_OPTIONS_BY_HAND(RECORDING_FALLBACK)                          \
    }

enum recording_type {
    RECORDING_TYPE_FLAG,
    RECORDING_TYPE_CHOICE,
    RECORDING_TYPE_NUMBER,
    RECORDING_TYPE_SIZE,
    RECORDING_TYPE_STRING,
};

/* struct recording_option - a row as data, see RECORDING_OPTIONS */
struct recording_option {
    const char *name;
    const char *const *words;
    const char *value;
    enum recording_type type;
    enum recording_note note;
    size_t field; /* offset in struct recording_options */
    uint64_t least;
    uint64_t most;
};

/* struct recording_filter - a row as data, see RECORDING_FILTERS */
struct recording_filter {
    const char *name;
    const char *by_hand;
    bool is_marked;
};

/* struct recording_argument - a row as data, see RECORDING_START */
struct recording_argument {
    const char *name;
    enum recording_type type;
    size_t field; /* offset in struct recording_start */
};

/* Each ends with an entry without a name. */
extern const struct recording_option recording_options[];
extern const struct recording_filter recording_filters[];
extern const struct recording_argument recording_arguments[];

/**
 * recording_flag() - read any of QEMU's words for yes and no
 *
 * Return: 0, or -1 where it is none of them.
 */
int recording_flag(const char *text, bool *flag);

/** recording_number() - read a decimal number. Return: 0, or -1. */
int recording_number(const char *text, uint64_t least, uint64_t most,
                     uint64_t *number);

/**
 * recording_option_set() - set a value to what a text says
 *
 * Return: 0, or -1 where the text cannot be the option's value.
 */
int recording_option_set(const struct recording_option *option,
                         struct recording_options *options, const char *text);

/* Bytes that any value takes as text. */
#define RECORDING_TEXT_MAX 64

/**
 * recording_option_text() - a value as text, which recording_option_set() takes
 *
 * Return: whether it is another than the fallback.
 */
bool recording_option_text(const struct recording_option *option,
                           const struct recording_options *options,
                           char text[RECORDING_TEXT_MAX]);

/** recording_option_values() - Return: which it may have, "N (1 to 9)". */
const char *recording_option_values(const struct recording_option *option,
                                    char text[RECORDING_TEXT_MAX]);

/**
 * recording_argument_text() - what the recorder is told, as text
 *
 * Return: the text, in @room or another; NULL where there is none.
 */
const char *recording_argument_text(const struct recording_argument *argument,
                                    const struct recording_start *start,
                                    char room[RECORDING_TEXT_MAX]);

/** recording_channel() - the channel that such a recording needs. */
struct channel_config
recording_channel(const struct recording_options *options);

#endif /* CHANNEL_RECORDING_OPTIONS_H */
