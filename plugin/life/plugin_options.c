/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_options.c - the plugin's options: those of a recording, which are the
 * rows of recording_options.h, and the few that are the plugin's own.
 */
#include "plugin_options.h"

#include <stdio.h>
#include <string.h>

/* An option that is the plugin's own. */
struct own_option {
    const char *name;
    const char *shown; /* NULL: not for users */
    int (*set)(struct plugin_options *options, const char *value);
};

static int set_out(struct plugin_options *options, const char *value)
{
    options->out = value;
    return *value == '\0' ? -1 : 0;
}

static int set_text(struct plugin_options *options, const char *value)
{
    options->text = value;
    return *value == '\0' ? -1 : 0;
}

static int set_elf(struct plugin_options *options, const char *value)
{
    options->elf = value;
    return *value == '\0' ? -1 : 0;
}

static int set_read(struct plugin_options *options, const char *value)
{
    bool is_read = true;
    int error = recording_flag(value, &is_read);

    options->asked.skips_loads = !is_read;
    return error;
}

static int set_write(struct plugin_options *options, const char *value)
{
    bool is_written = true;
    int error = recording_flag(value, &is_written);

    options->asked.skips_stores = !is_written;
    return error;
}

static int set_channel(struct plugin_options *options, const char *value)
{
    uint64_t number = 0;
    int error = recording_number(value, 0, INT32_MAX, &number);

    options->channel_fd = number;
    return error;
}

/* The recorder's process and its descriptor: "123-4". */
static int set_follow(struct plugin_options *options, const char *value)
{
    int end = 0;

    return sscanf(value, "%d-%d%n", &options->recorder_pid,
                  &options->recorder_fd, &end) == 2 &&
                   value[end] == '\0' && options->recorder_pid > 0
               ? 0
               : -1;
}

static int set_parent(struct plugin_options *options, const char *value)
{
    uint64_t number = 0;
    int error = recording_number(value, 0, UINT32_MAX, &number);

    options->parent = number;
    return error;
}

static const struct own_option own_options[] = {
    {"out", "out=FILE", set_out},
    {"text", "text=FILE", set_text},
    {"file", "arg=file=FILE", set_text},
    {"elf", "elf=FILE", set_elf},
    {"read", "read=on|off", set_read},
    {"write", "write=on|off", set_write},
    {RECORDING_CHANNEL, NULL, set_channel},
    {RECORDING_FOLLOW, NULL, set_follow},
    {RECORDING_PARENT, NULL, set_parent},
};

#define N_OWN (sizeof(own_options) / sizeof(own_options[0]))

/* Any option: a row of one of the three tables, the other two are NULL. */
struct option {
    const char *name;
    const struct own_option *own;
    const struct recording_option *asked;
    const struct recording_filter *filter;
};

/* Return: false behind the last one. */
static bool option_at(size_t i, struct option *option)
{
    for (size_t k = 0; k < N_OWN; k++) {
        if (i-- == 0) {
            *option = (struct option){.name = own_options[k].name,
                                      .own = &own_options[k]};
            return true;
        }
    }
    for (const struct recording_option *asked = recording_options;
         asked->name != NULL; asked++) {
        if (i-- == 0) {
            *option = (struct option){.name = asked->name, .asked = asked};
            return true;
        }
    }
    for (const struct recording_filter *filter = recording_filters;
         filter->name != NULL; filter++) {
        if (i-- == 0) {
            *option = (struct option){.name = filter->name, .filter = filter};
            return true;
        }
    }
    return false;
}

static bool find_option(const char *arg, size_t length, struct option *option)
{
    for (size_t i = 0; option_at(i, option); i++) {
        if (strlen(option->name) == length &&
            memcmp(option->name, arg, length) == 0) {
            return true;
        }
    }
    return false;
}

/* "NAME=VALUES". Return: NULL where it is not for users. */
static const char *show(const struct option *option, char *text, size_t size)
{
    char values[RECORDING_TEXT_MAX];

    if (option->own != NULL) {
        return option->own->shown;
    }
    snprintf(text, size, "%s=%s", option->name,
             option->asked != NULL
                 ? recording_option_values(option->asked, values)
                 : option->filter->by_hand);
    return text;
}

static void say_what_is_valid(void)
{
    const char *separator = "memtrace: valid options: ";
    struct option option;
    char room[2 * RECORDING_TEXT_MAX];

    for (size_t i = 0; option_at(i, &option); i++) {
        const char *shown = show(&option, room, sizeof(room));

        if (shown != NULL) {
            fprintf(stderr, "%s%s", separator, shown);
            separator = ", ";
        }
    }
    fputc('\n', stderr);
}

/* What only the recorder can make sense of. */
static int forward(struct plugin_options *options, const char *name,
                   const char *value)
{
    unsigned n = options->n_forwarded;

    if (*value == '\0' || n == PLUGIN_OPTIONS_FORWARDED) {
        return -1;
    }
    options->forwarded[n].name = name;
    options->forwarded[n].value = value;
    options->n_forwarded++;
    return 0;
}

static int set(struct plugin_options *options, const struct option *option,
               const char *value)
{
    if (option->own != NULL) {
        return option->own->set(options, value);
    }
    return option->asked != NULL
               ? recording_option_set(option->asked, &options->asked, value)
               : forward(options, option->name, value);
}

/* What each access is decided by. */
static void derive(struct plugin_options *options)
{
    options->loads = !options->asked.skips_loads;
    options->stores = !options->asked.skips_stores;
    options->all_regions = options->asked.regions == RECORDING_ALL;
}

int plugin_options_parse(struct plugin_options *options, int argc, char **argv)
{
    *options = (struct plugin_options){
        .asked = RECORDING_DEFAULTS,
        .channel_fd = -1,
        .parent = CHANNEL_NO_THREAD,
    };
    for (int i = 0; i < argc; i++) {
        size_t length = strcspn(argv[i], "=");
        const char *value = argv[i] + length;
        char room[2 * RECORDING_TEXT_MAX];
        struct option option;

        value += *value == '=';
        if (!find_option(argv[i], length, &option)) {
            fprintf(stderr, "memtrace: unknown plugin option '%.*s'\n",
                    (int)length, argv[i]);
            say_what_is_valid();
            return -1;
        }
        if (set(options, &option, value) != 0) {
            const char *shown = show(&option, room, sizeof(room));

            fprintf(stderr,
                    "memtrace: plugin option '%s' cannot be '%s': use %s\n",
                    option.name, value, shown != NULL ? shown : "a descriptor");
            say_what_is_valid();
            return -1;
        }
    }
    if (options->out != NULL && options->text != NULL) {
        fprintf(stderr, "memtrace: plugin options out= and text= exclude "
                        "each other\n");
        return -1;
    }
    derive(options);
    return 0;
}
