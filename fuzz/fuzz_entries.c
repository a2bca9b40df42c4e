/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_entries.c - slots and chunks that are nearly right are followed, and the
 * messages in them taken: all spans lie within chunks, and the end comes.
 *
 * What fuzz_channel.c does without the recorder's threads, files and processes,
 * so that there are many more inputs in a second.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "channel_input.h"
#include "consumer.h"
#include "entries.h"

static struct channel *channel;  /* used again and again */
static struct channel untouched; /* its header, as it was made */

static void set_up(void)
{
    struct channel_config config = {.stamp_interval = 64};
    int fd;

    if (!channel) {
        channel = channel_create(&config, &fd);
        MUST(channel != NULL);
        close(fd);
        channel->state = CHANNEL_RECORDING;
        channel->n_chunks = MOST_CHUNKS + 2;
        channel->fresh_slot = MOST_SLOTS;
        channel->fresh_chunk = MOST_CHUNKS;
        memcpy(&untouched, channel, sizeof(untouched));
    }
    memcpy(channel, &untouched, sizeof(untouched));
    for (uint32_t i = 0; i < MOST_SLOTS; i++) {
        memset(channel_slot(channel, i), 0, sizeof(struct channel_slot));
    }
    for (uint32_t i = 0; i < MOST_CHUNKS; i++) {
        memset(channel_chunk(channel, i), 0, sizeof(struct channel_chunk));
    }
}

static void read_span(const struct consumer_span *span)
{
    struct channel_chunk *chunk = channel_chunk(channel, span->chunk);
    const char *start = (const char *)channel_chunk_entries(chunk);
    const char *first = (const char *)span->entries;
    size_t size = (size_t)span->n_entries * sizeof(span->entries[0]);

    MUST(span->chunk < channel->n_chunks && first >= start);
    MUST(size <= CHANNEL_CHUNK_BYTES &&
         first + size <= (const char *)chunk + CHANNEL_CHUNK_BYTES);
    for (uint32_t i = 0; i < span->n_entries; i++) {
        struct entries_message message;
        struct memtrace_event event;
        struct memtrace_insn insn;
        size_t n;

        if (span->entries[i].tag != CHANNEL_TAG_MESSAGE) {
            continue;
        }
        n = entries_read_message(&span->entries[i], span->n_entries - i,
                                 &message);
        MUST(n <= span->n_entries - i);
        if (n > 0) {
            MUST(message.text[message.text_bytes] == 0);
            entries_event(&message, &event);
            entries_insn(&message, &insn);
            i += (uint32_t)n - 1;
        }
    }
}

static void read_slot(struct consumer *consumer, uint32_t slot)
{
    struct consumer_stream stream;
    struct consumer_span span;

    if (consumer_open(consumer, slot, &stream) < 0) {
        return;
    }
    while (consumer_next(consumer, &stream, CONSUMER_LAST, &span) == 1) {
        read_span(&span);
        consumer_span_done(consumer, &span);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    uint8_t how = take_u8(&input);
    struct consumer consumer;

    set_up();
    for (uint32_t i = 0; i < 1u + how % MOST_SLOTS; i++) {
        fill_slot(&input, channel, i);
    }
    for (uint32_t i = 0; i < 1u + (how >> 4) % MOST_CHUNKS; i++) {
        fill_chunk(&input, channel, i);
    }
    MUST(consumer_init(&consumer, channel) == 0);
    for (uint32_t i = 0; i < MOST_SLOTS; i++) {
        read_slot(&consumer, i);
    }
    consumer_free(&consumer);
    return 0;
}
