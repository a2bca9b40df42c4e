/* SPDX-License-Identifier: GPL-2.0-or-later */
/* channel_input.c - see channel_input.h. */
#include "channel_input.h"

#define MOST_ENTRIES 64

void fill_slot(struct input *input, struct channel *channel, uint32_t i)
{
    struct channel_slot *slot = channel_slot(channel, i);
    uint8_t how = take_u8(input);
    struct channel_chunk *chunk;

    slot->kind = how & 7 ? 1 + (how >> 3 & 1) : take_u8(input);
    slot->number = how & 0x10 ? take_u32(input) : i;
    slot->pid = NO_SUCH_PID + i / 2;
    slot->parent = CHANNEL_NO_THREAD;
    slot->chunk_first = how & 0x20 ? take_u32(input) : i;
    slot->base = (uint64_t)channel;
    chunk = channel_chunk(channel, i);
    slot->cursor = (uint64_t)channel_chunk_entries(chunk) +
                   (how & 0x40 ? take_u32(input) : take_u8(input) * 12u);
    slot->state = how & 0x80 ? CHANNEL_SLOT_ENDED : CHANNEL_SLOT_ACTIVE;
    channel->news[0] |= 1u << i;
}

static void fill_entry(struct input *input, struct channel_entry *entry)
{
    uint8_t how = take_u8(input);

    switch (how & 7) {
    case 0:
        entry->tag = CHANNEL_TAG_MESSAGE;
        entry->value = channel_message_head(take_u8(input) % 12,
                                            take_u8(input) % 10, how >> 3);
        break;
    case 1:
        entry->tag = CHANNEL_TAG_CONTROL + (how >> 3);
        entry->value = take_u64(input);
        break;
    case 2:
        entry->tag = CHANNEL_TAG_DATA;
        entry->value = take_u64(input);
        break;
    case 3:
        entry->tag = take_u32(input);
        entry->value = take_u64(input);
        break;
    default:
        entry->tag = (uint32_t)how << CHANNEL_TAG_INSN_SHIFT | (how & 31);
        entry->value = take_u32(input);
    }
}

void fill_chunk(struct input *input, struct channel *channel, uint32_t i)
{
    struct channel_chunk *chunk = channel_chunk(channel, i);
    struct channel_entry *entries = channel_chunk_entries(chunk);
    uint8_t how = take_u8(input);
    unsigned n = take_u8(input) % MOST_ENTRIES;

    chunk->next = how & 1 ? take_u8(input) % (MOST_CHUNKS + 2) : 0;
    chunk->bytes = how & 2 ? take_u32(input) : how & 4 ? 0 : n * 12;
    chunk->n_controls = how & 8 ? take_u32(input) : 0;
    for (unsigned k = 0; k < n; k++) {
        fill_entry(input, &entries[k]);
    }
}
