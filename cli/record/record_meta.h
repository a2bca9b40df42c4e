/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_meta.h - the properties of a recording that go into its trace.
 */
#ifndef RECORD_META_H
#define RECORD_META_H

#include <stdbool.h>
#include <stddef.h>

#include "recorder.h"

/**
 * struct record_meta - properties, whose keys and values are its own
 * @list: n of them
 * @has_failed: memory ran out, one is missing
 */
struct record_meta {
    struct recorder_meta *list;
    size_t n;
    size_t room;
    bool has_failed;
};

/** record_meta_add() - add a property; has_failed tells whether not. */
void record_meta_add(struct record_meta *meta, const char *key,
                     const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** record_meta_add_host() - what is known of this machine and this time. */
void record_meta_add_host(struct record_meta *meta);

/** record_meta_add_command() - a command line, quoted as for a shell. */
void record_meta_add_command(struct record_meta *meta, const char *key,
                             char *const *argv);

void record_meta_free(struct record_meta *meta);

#endif /* RECORD_META_H */
