/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu_fake.c - see qemu_fake.h. */
#include "qemu_fake.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "consumer.h"
#include "pages.h"
#include "plugin_recording.h"
#include "process.h"
#include "qemu_api.h"
#include "thread.h"

struct fake_callback fake_last_callback;

static struct consumer consumer;

/* What is read of a slot's stream. */
static struct reading {
    struct consumer_stream stream;
    bool is_open;
    struct consumer_span span;
    uint32_t at; /* in the span */
} readings[2];

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

void fake_recording_start(const char *guest)
{
    const struct channel_config config = {
        .buffer_bytes = 4u << 20,
        .stamp_interval = 64,
    };
    struct channel *channel;
    int fd;

    channel = channel_create(&config, &fd);
    must(channel != NULL);
    close(fd);
    pthread_mutex_lock(&channel->recorder_life);
    atomic_store(&channel->state, CHANNEL_RECORDING);
    must(consumer_init(&consumer, channel) == 0);
    plugin_recording = (struct plugin_recording){
        .channel = channel,
        .guest = guest_find(guest),
        .options = {.loads = true, .stores = true, .parent = CHANNEL_NO_THREAD},
    };
    must(plugin_recording.guest != NULL);
    plugin_recording.arch = guest_arch_of(plugin_recording.guest);
    must(process_start() == 0 && pages_init() == 0);
    thread_attach(0);
}

const char *fake_stopped(void)
{
    struct channel *channel = plugin_recording.channel;
    int error;
    const char *why = channel_stop_reason(channel, &error);

    atomic_store(&channel->stop, 0);
    atomic_store(&channel->state, CHANNEL_RECORDING);
    return why;
}

/* Of the thread and the process of fake_recording_start(). */
static struct reading *open_reading(bool of_process)
{
    struct reading *reading = &readings[of_process];
    unsigned kind = of_process ? CHANNEL_SLOT_PROCESS : CHANNEL_SLOT_THREAD;

    for (uint32_t i = 0; i < CHANNEL_SLOTS && !reading->is_open; i++) {
        if (channel_slot(plugin_recording.channel, i)->kind == kind) {
            must(consumer_open(&consumer, i, &reading->stream) == 0);
            reading->is_open = true;
        }
    }
    must(reading->is_open);
    return reading;
}

/* Return: the next entry, NULL where there is none yet. */
static const struct channel_entry *next_entry(struct reading *reading)
{
    while (reading->at == reading->span.n_entries) {
        consumer_span_done(&consumer, &reading->span);
        reading->span = (struct consumer_span){0};
        reading->at = 0;
        if (consumer_next(&consumer, &reading->stream, CONSUMER_ALL,
                          &reading->span) != 1) {
            return NULL;
        }
    }
    return &reading->span.entries[reading->at++];
}

bool fake_next_message(bool of_process, struct fake_message *message)
{
    struct reading *reading = open_reading(of_process);
    const struct channel_entry *entry;
    uint32_t text_bytes;

    do {
        entry = next_entry(reading);
    } while (entry != NULL && entry->tag != CHANNEL_TAG_MESSAGE);
    if (entry == NULL) {
        return false;
    }
    message->type = channel_message_type(entry->value);
    message->n_args = channel_message_n_args(entry->value);
    text_bytes = channel_message_text_bytes(entry->value);
    must(message->n_args <= CHANNEL_MESSAGE_ARGS &&
         text_bytes <= CHANNEL_MESSAGE_TEXT);
    for (unsigned i = 0; i < message->n_args; i++) {
        message->args[i] = next_entry(reading)->value;
    }
    for (uint32_t i = 0; i < text_bytes; i += sizeof(uint64_t)) {
        uint64_t word = next_entry(reading)->value;

        memcpy(message->text + i, &word, sizeof(word));
    }
    message->text[text_bytes] = '\0';
    return true;
}

bool fake_isolated(bool (*body)(const void *data), const void *data)
{
    pid_t pid = fork();
    int status = 1;

    if (pid == 0) {
        _exit(!body(data));
    }
    must(waitpid(pid, &status, 0) == pid);
    return status == 0;
}

/* --- QEMU's, of which the tests call nothing -------------------------------*/

void qemu_plugin_register_vcpu_init_cb(uint64_t id, void *cb, void *userdata)
{
    (void)id, (void)cb, (void)userdata;
}

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void *cb,
                                           void *userdata)
{
    (void)id, (void)cb, (void)userdata;
}

void qemu_plugin_register_vcpu_syscall_cb(uint64_t id, void *cb, void *userdata)
{
    (void)id, (void)cb, (void)userdata;
}

void qemu_plugin_register_vcpu_syscall_ret_cb(uint64_t id, void *cb,
                                              void *userdata)
{
    (void)id, (void)cb, (void)userdata;
}

void qemu_plugin_register_atexit_cb(uint64_t id, void *cb, void *userdata)
{
    (void)id, (void)cb, (void)userdata;
}

void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
                                            qemu_plugin_vcpu_udata_cb cb,
                                            enum qemu_plugin_cb_flags flags,
                                            void *userdata)
{
    (void)insn, (void)flags;
    fake_last_callback = (struct fake_callback){cb, userdata};
}

void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
                                      qemu_plugin_vcpu_mem_cb cb,
                                      enum qemu_plugin_cb_flags flags,
                                      enum qemu_plugin_mem_rw rw,
                                      void *userdata)
{
    (void)insn, (void)cb, (void)flags, (void)rw, (void)userdata;
}

unsigned qemu_plugin_mem_size_shift(uint32_t info)
{
    return info >> 4 & 7;
}

bool qemu_plugin_mem_is_store(uint32_t info)
{
    (void)info;
    return false;
}

bool qemu_plugin_mem_is_big_endian(uint32_t info)
{
    (void)info;
    return false;
}

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb)
{
    (void)tb;
    return 0;
}

struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i)
{
    (void)tb, (void)i;
    return NULL;
}

uintptr_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn,
                                void *bytes, size_t size)
{
    (void)insn, (void)bytes, (void)size;
    return 0;
}

size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn)
{
    (void)insn;
    return 0;
}

char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *insn)
{
    (void)insn;
    return NULL;
}

uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn)
{
    (void)insn;
    return 0;
}

void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn)
{
    (void)insn;
    return NULL;
}
