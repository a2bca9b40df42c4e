/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_options.h - the rows of recording_options.h as options of a command:
 * of `memtrace record`, and of the recorder of a QEMU started by hand.
 */
#ifndef RECORD_OPTIONS_H
#define RECORD_OPTIONS_H

#include "record_filters.h"
#include "record_meta.h"
#include "recording_options.h"

/* The settings of both commands begin with these. */
struct record_options {
    struct recording_options asked;
    struct record_filter_settings filters;
};

#define RECORD_OPTION(type_, member_, name_, words_, value_, least_, most_,    \
                      fallback_, note_, help_)                                 \
    {.name = (name_),                                                          \
     .type = OPTION_##type_,                                                   \
     .value = (value_),                                                        \
     .help = (help_),                                                          \
     .field = offsetof(struct record_options, asked.member_),                  \
     .choices = (words_),                                                      \
     .min = (least_),                                                          \
     .max = (most_)},

#define RECORD_FILTER(type_, member_, name_, letter_, value_, by_hand_,        \
                      least_, most_, is_marked_, help_)                        \
    {.name = (name_),                                                          \
     .letter = (letter_),                                                      \
     .type = OPTION_##type_,                                                   \
     .value = (value_),                                                        \
     .help = (help_),                                                          \
     .field = offsetof(struct record_options, filters.member_),                \
     .min = (least_),                                                          \
     .max = (most_)},

/**
 * record_options_plugin() - what the plugin is told
 *
 * Return: ",NAME=VALUE" for each option that is not as it is by default, to be
 * freed by the caller; NULL out of memory.
 */
char *record_options_plugin(const struct record_options *options);

/** record_options_describe() - tell the trace how it was recorded. */
void record_options_describe(const struct record_options *options,
                             struct record_meta *meta);

#endif /* RECORD_OPTIONS_H */
