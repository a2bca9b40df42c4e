/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_channel.c - a channel's memory as a guest's stray stores may leave it:
 * the recorder comes to its end, and its own memory stays whole.
 *
 * The input makes slots and chunks that are nearly right, then stores
 * anywhere.  The first part of the header is left out: the recorder reads
 * those constants before the guest's first instruction and not again.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "channel_input.h"
#include "recorder.h"

/* A question: about any file, or what the state of one never is. */
static void fill_question(struct input *input, struct channel *channel)
{
    struct lookup *lookup = &channel->lookup;

    lookup->state = take_u8(input);
    lookup->first = take_u8(input) & 0x80 ? take_u32(input) : 0;
    take_bytes(input, lookup->file, take_u8(input));
}

/* As many ranges as the name's second letter says. */
static size_t find(void *data, const char *file,
                   const struct lookup_range **ranges)
{
    static struct lookup_range all[LOOKUP_RANGES + 64];

    (void)data;
    MUST(file[0] == '/' && strlen(file) < LOOKUP_FILE_BYTES);
    *ranges = all;
    return (uint8_t)file[1] * 4u;
}

/* The guest's stray stores. */
static void store_anywhere(struct input *input, struct channel *channel)
{
    size_t first = offsetof(struct channel, state);
    size_t size = (char *)channel_chunk(channel, MOST_CHUNKS) - (char *)channel;

    while (input->left > 0) {
        uint32_t at = take_u32(input);
        uint64_t value = take_u64(input);
        /* Most often where more depends on it. */
        size_t within = at & 1 ? offsetof(struct channel, news) + 64 : size;

        at = first + (at >> 1) % (within - first - sizeof(value));
        memcpy((char *)channel + at, &value, sizeof(value));
    }
}

/* None of these numbers may be a process: it would be waited for. */
static void hide_processes(struct channel *channel)
{
    for (uint32_t i = 0; i < MOST_SLOTS; i++) {
        channel_slot(channel, i)->pid |= NO_SUCH_PID;
    }
    channel->forks_pending = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct channel_config config = {.stamp_interval = 64};
    struct input input = {data, size};
    uint8_t how = take_u8(&input);
    struct recorder_result result;
    uint64_t size_bytes;
    const struct recorder_names names = {.find = find};
    int fd;
    struct channel *channel = channel_create(&config, &fd);
    struct recorder_config recorder = {
        .channel = channel,
        .fd = memfd_create("output", MFD_CLOEXEC),
        .is_text = how & 1,
        .n_workers = 1,
        .names = &names,
    };

    MUST(channel != NULL && recorder.fd >= 0);
    close(fd);
    size_bytes = channel->size_bytes;
    channel->state = CHANNEL_RECORDING;
    channel->fresh_slot = MOST_SLOTS;
    channel->fresh_chunk = MOST_CHUNKS;
    for (uint32_t i = 0; i < 1u + (how >> 1) % MOST_SLOTS; i++) {
        fill_slot(&input, channel, i);
    }
    for (uint32_t i = 0; i < 1u + (how >> 4) % MOST_CHUNKS; i++) {
        fill_chunk(&input, channel, i);
    }
    fill_question(&input, channel);
    store_anywhere(&input, channel);
    hide_processes(channel);
    recorder_run(&recorder, &result);
    recorder_release(channel);
    munmap(channel, size_bytes);
    return 0;
}
