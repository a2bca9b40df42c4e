/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin.c - what QEMU sees of the plugin: its version, its installation,
 * and the callbacks that it asks for.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "thread_starts.h"
#include "compat.h"
#include "follow.h"
#include "gate.h"
#include "guest_map.h"
#include "heap.h"
#include "image.h"
#include "initial_map.h"
#include "insn_numbers.h"
#include "launch.h"
#include "pages.h"
#include "plugin_recording.h"
#include "process.h"
#include "qemu_api.h"
#include "thread.h"
#include "task_names.h"
#include "translate.h"

static void on_exit_of_qemu(void)
{
    process_end(calls_exit_status());
}

static const struct compat_callbacks callbacks = {
    .vcpu_init = thread_announce,
    .translate = translate_block,
    .call = calls_enter,
    .call_return = calls_leave,
    .exit = on_exit_of_qemu,
};

static void say_architectures(const char *name)
{
    fprintf(stderr,
            "memtrace: guest architecture %s is not known; known:", name);
    for (size_t i = 0; guest_list(i) != NULL; i++) {
        fprintf(stderr, " %s", guest_list(i)->name);
    }
    fputc('\n', stderr);
}

static int check_elf(const struct plugin_recording *recording)
{
    const char *elf = recording->options.elf;
    const char *error = NULL;
    struct image image;

    if (elf != NULL) {
        error = image_read(elf, recording->guest->elf_machine, &image);
    }
    if (error != NULL) {
        fprintf(stderr, "memtrace: %s: %s (the guest is %s)\n", elf, error,
                recording->guest->name);
        return -1;
    }
    return 0;
}

/* As the user wrote an option that is on. */
static const char *option_as_written(const struct plugin_recording *recording,
                                     const char *name,
                                     char text[RECORDING_TEXT_MAX])
{
    bool is_by_hand = recording->options.channel_fd < 0;

    snprintf(text, RECORDING_TEXT_MAX, is_by_hand ? "%s=on" : "--%s", name);
    return text;
}

static int check_values(const struct plugin_recording *recording)
{
    if (recording->options.asked.values && !compat_has_values()) {
        char option[RECORDING_TEXT_MAX];

        fprintf(stderr,
                "memtrace: %s needs QEMU 10.0 or later, older ones tell no "
                "values: tools/build-qemu builds one\n",
                option_as_written(recording, "values", option));
        return -1;
    }
    return 0;
}

/* The map of pages tells all then, also where read-only memory counts. */
static int select_regions(struct plugin_recording *recording)
{
    struct plugin_options *options = &recording->options;

    if (recording->selection.regions == 0) {
        return 0;
    }
    if (pages_select(recording->selection.regions, options->all_regions) != 0) {
        fprintf(stderr, "memtrace: cannot reserve the map of regions: %s\n",
                strerror(errno));
        return -1;
    }
    options->all_regions = false;
    return 0;
}

static bool follows_heap(const struct plugin_recording *recording)
{
    return (recording->selection.roles & LOOKUP_BIT(LOOKUP_HEAP)) != 0;
}

/* Before a recorder is started, which may replace a file. */
static bool check_heap(const struct plugin_recording *recording)
{
    const char *error = recording->options.asked.heap ? heap_check() : NULL;

    if (error != NULL) {
        char option[RECORDING_TEXT_MAX];

        fprintf(stderr, "memtrace: %s %s\n",
                option_as_written(recording, "heap", option), error);
    }
    return error == NULL;
}

/* The channel of the recorder that started QEMU, or one of our own. */
static struct channel *open_channel(const struct plugin_recording *recording)
{
    int fd = recording->options.channel_fd;
    struct channel *channel;

    if (fd < 0) {
        return launch_recorder(&recording->options, recording->guest->name);
    }
    channel = channel_map(fd);
    if (channel == NULL) {
        fprintf(stderr, "memtrace: descriptor %d is no channel: %s\n", fd,
                strerror(errno));
    }
    close(fd);
    return channel;
}

/*
 * What is done for each new thread, on it, and in each child that is forked,
 * by its only thread: in this order.
 */
static void register_hooks(const struct plugin_recording *recording)
{
    thread_on_attach(task_names_attached);
    thread_on_attach(gate_thread_attached);
    if (follows_heap(recording)) {
        thread_on_attach(heap_thread_attached);
    }

    /* The slot of the thread comes before what may write to it. */
    process_on_fork(thread_starts_after_fork);
    process_on_fork(thread_after_fork);
    process_on_fork(task_names_after_fork);
    process_on_fork(gate_after_fork);
    process_on_fork(guest_map_after_fork);
    process_on_fork(insn_numbers_after_fork);
}

static int start(const struct qemu_plugin_install_info *info, int argc,
                 char **argv)
{
    struct plugin_recording *recording = &plugin_recording;

    if (info->system_emulation) {
        fprintf(stderr, "memtrace: only QEMU's user mode is recorded\n");
        return -1;
    }
    recording->guest = guest_find(info->target_name);
    if (recording->guest == NULL) {
        say_architectures(info->target_name);
        return -1;
    }
    recording->arch = guest_arch_of(recording->guest);
    if (plugin_options_parse(&recording->options, argc, argv) != 0 ||
        check_elf(recording) != 0 || check_values(recording) != 0 ||
        !check_heap(recording)) {
        return -1;
    }
    if (pages_init() != 0) {
        fprintf(stderr, "memtrace: cannot reserve the map of pages: %s\n",
                strerror(errno));
        return -1;
    }
    recording->channel = open_channel(recording);
    if (recording->channel == NULL) {
        return -1;
    }
    recording->selection = recording->channel->selection;
    if (recording->selection.n_addresses > SELECTION_RANGES ||
        recording->selection.n_threads > SELECTION_RANGES) {
        fprintf(stderr, "memtrace: the channel is damaged\n");
        return -1;
    }
    gate_init();
    register_hooks(recording);
    if (follow_prepare() != 0) {
        fprintf(stderr, "memtrace: cannot tell how QEMU was started, which "
                        "--follow-exec needs\n");
        return -1;
    }
    if (select_regions(recording) != 0) {
        return -1;
    }
    if (process_start() != 0 || initial_map_prepare() != 0) {
        fprintf(stderr, "memtrace: cannot start: %s\n", strerror(errno));
        return -1;
    }
    return 0;
}

PLUGIN_EXPORT int
qemu_plugin_install(uint64_t id, const struct qemu_plugin_install_info *info,
                    int argc, char **argv);

PLUGIN_EXPORT int
qemu_plugin_install(uint64_t id, const struct qemu_plugin_install_info *info,
                    int argc, char **argv)
{
    if (start(info, argc, argv) != 0) {
        /* QEMU would add lines of its own, and nothing has run yet. */
        _exit(1);
    }
    compat_register(id, &callbacks);
    return 0;
}
