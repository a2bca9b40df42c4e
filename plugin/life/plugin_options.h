/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_options.h - what the plugin was told on QEMU's command line.
 */
#ifndef PLUGIN_PLUGIN_OPTIONS_H
#define PLUGIN_PLUGIN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "recording_options.h"

#define PLUGIN_OPTIONS_FORWARDED 64

/**
 * struct plugin_options - strings point into QEMU's argv
 * @out: write a trace there; NULL for text
 * @text: write text there; NULL for stderr
 * @elf: the guest's ELF file, or NULL
 * @asked: what is to be recorded and how, as rows of recording_options.h
 * @loads, @stores: record them
 * @all_regions: record accesses to any memory, not writable memory alone
 * @channel_fd: of a recorder that is there already, or -1
 * @forwarded: n_forwarded options that are the recorder's to make sense of, by
 *             its names
 * @recorder_pid, @recorder_fd: its process and its descriptor of the channel,
 *                              where what is executed is to be followed, or 0
 * @parent: the thread that executed this program; CHANNEL_NO_THREAD: none did
 */
struct plugin_options {
    const char *out;
    const char *text;
    const char *elf;
    struct recording_options asked;
    bool loads;
    bool stores;
    bool all_regions;
    int channel_fd;
    struct {
        const char *name;
        const char *value;
    } forwarded[PLUGIN_OPTIONS_FORWARDED];
    unsigned n_forwarded;
    int recorder_pid;
    int recorder_fd;
    uint32_t parent;
};

/**
 * plugin_options_parse() - read what QEMU hands over, "name=value" each
 *
 * Says on stderr what is wrong, and what would be right.
 *
 * Return: 0, or -1.
 */
int plugin_options_parse(struct plugin_options *options, int argc, char **argv);

#endif /* PLUGIN_PLUGIN_OPTIONS_H */
