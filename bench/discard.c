/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * discard.c - what recording costs the guest alone: QEMU with the plugin as it
 * is, and a recorder that throws away each chunk unread.
 *
 * usage: discard PLUGIN QEMU PROGRAM [ARG ...]
 * exits as the program did
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "consumer.h"

#define BUFFER_BYTES (32u << 20) /* as record has it */
#define STAMP_INTERVAL 64
#define SLEEP_MS 1
#define MOST_SLOTS 256

struct stream {
    bool is_open;
    struct consumer_stream source;
};

static void die(const char *what)
{
    fprintf(stderr, "discard: %s: %s\n", what, strerror(errno));
    _exit(127);
}

/* qemu -plugin OPTION PROGRAM ..., of discard PLUGIN QEMU PROGRAM ... */
static void become_qemu(int fd, char **argv)
{
    char option[PATH_MAX + 32];
    char *qemu = argv[2];

    snprintf(option, sizeof(option), "%s,channel=%d", argv[1], fd);
    fcntl(fd, F_SETFD, 0);
    argv[0] = qemu;
    argv[1] = "-plugin";
    argv[2] = option;
    execvp(qemu, argv);
    die(qemu);
}

/* Return: false where the stream is broken. */
static bool drain(struct consumer *consumer, struct stream *stream,
                  enum consumer_reach reach)
{
    struct consumer_span span;
    int n;

    while ((n = consumer_next(consumer, &stream->source, reach, &span)) == 1) {
        consumer_span_done(consumer, &span);
    }
    return n == 0;
}

static bool look_at_slot(struct consumer *consumer, struct stream *stream,
                         uint32_t slot)
{
    uint32_t state = atomic_load(&channel_slot(consumer->channel, slot)->state);

    if (state == CHANNEL_SLOT_FREE) {
        return true;
    }
    if (!stream->is_open) {
        if (consumer_open(consumer, slot, &stream->source) != 0) {
            return false;
        }
        stream->is_open = true;
    }
    if (state != CHANNEL_SLOT_ENDED) {
        return drain(consumer, stream, CONSUMER_CLOSED_CHUNKS);
    }
    stream->is_open = false;
    if (!drain(consumer, stream, CONSUMER_LAST)) {
        return false;
    }
    consumer_close(consumer, &stream->source);
    return true;
}

/* The recorder's loop, without what it does with entries. */
static bool discard(struct consumer *consumer, struct stream *streams)
{
    struct channel *channel = consumer->channel;
    uint32_t n = atomic_load(&channel->fresh_slot);
    uint32_t doorbell;

    if (n > MOST_SLOTS) {
        return false;
    }
    for (uint32_t word = 0; word < MOST_SLOTS / 64; word++) {
        uint64_t news = atomic_exchange(&channel->news[word], 0);

        for (; news != 0; news &= news - 1) {
            uint32_t slot = word * 64 + (uint32_t)__builtin_ctzll(news);

            if (!look_at_slot(consumer, &streams[slot], slot)) {
                return false;
            }
        }
    }
    doorbell = atomic_load(&channel->doorbell);
    atomic_store(&channel->sleeping, 1);
    channel_futex_wait(&channel->doorbell, doorbell, SLEEP_MS);
    atomic_store(&channel->sleeping, 0);
    return true;
}

int main(int argc, char **argv)
{
    struct channel_config config = {
        .buffer_bytes = BUFFER_BYTES,
        .stamp_interval = STAMP_INTERVAL,
        .overflow = CHANNEL_OVERFLOW_WAIT,
    };
    static struct stream streams[MOST_SLOTS];
    struct channel *channel;
    struct consumer consumer;
    int status = 0, fd;
    pid_t child;

    if (argc < 4) {
        fprintf(stderr, "usage: discard PLUGIN QEMU PROGRAM [ARG ...]\n");
        return 2;
    }
    channel = channel_create(&config, &fd);
    if (channel == NULL || consumer_init(&consumer, channel) != 0) {
        die("cannot make the channel");
    }
    pthread_mutex_lock(&channel->recorder_life);
    atomic_store(&channel->state, CHANNEL_RECORDING);
    child = fork();
    if (child == 0) {
        become_qemu(fd, argv);
    }
    close(fd);
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (!discard(&consumer, streams)) {
            fprintf(stderr, "discard: the channel is damaged\n");
            return 1;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
