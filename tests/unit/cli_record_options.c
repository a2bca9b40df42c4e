/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli_record_options.c - each row of recording_options.h is an option of
 * record, plugin and recorder, and its value comes through from one to the
 * other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "command.h"
#include "plugin_options.h"
#include "record_options.h"

static const struct option *find(const struct command *command,
                                 const char *name)
{
    for (const struct option *option = command->options; option->name;
         option++) {
        if (!strcmp(option->name, name)) {
            return option;
        }
    }
    return NULL;
}

/* A value that is not the one by default, as text. */
static const char *another(const struct recording_option *option, char text[64])
{
    const struct recording_options fallbacks = RECORDING_DEFAULTS;

    switch (option->type) {
    case RECORDING_TYPE_FLAG:
        return "on";
    case RECORDING_TYPE_CHOICE:
        return option->words[1];
    default:
        snprintf(
            text, 64, "%llu",
            (unsigned long long)(*(const uint64_t *)((const char *)&fallbacks +
                                                     option->field) +
                                 1));
        return text;
    }
}

static void set_all(struct recording_options *options)
{
    char text[64];

    for (const struct recording_option *option = recording_options;
         option->name; option++) {
        assert_int_equal(
            recording_option_set(option, options, another(option, text)), 0);
    }
}

/* Row by row, so that padding is of no interest. */
static void assert_same(const struct recording_options *a,
                        const struct recording_options *b)
{
    char x[RECORDING_TEXT_MAX], y[RECORDING_TEXT_MAX];

    for (const struct recording_option *option = recording_options;
         option->name; option++) {
        assert_int_equal(recording_option_text(option, a, x),
                         recording_option_text(option, b, y));
        assert_string_equal(x, y);
    }
}

static void commands_have_them(void **state)
{
    size_t n_of_record = 0, n = 0;

    (void)state;
    for (const struct recording_option *option = recording_options;
         option->name; option++, n++) {
        assert_non_null(find(&command_recorder, option->name));
        n_of_record += find(&command_record, option->name) != NULL;
    }
    assert_int_equal(n_of_record, n - 2); /* noread and nowrite are --kind */
    for (const struct recording_filter *filter = recording_filters;
         filter->name; filter++) {
        assert_non_null(find(&command_recorder, filter->name));
        assert_non_null(find(&command_record, filter->name));
    }
    for (const struct recording_argument *argument = recording_arguments;
         argument->name; argument++) {
        assert_non_null(find(&command_recorder, argument->name));
    }
}

/* The settings of both commands begin with struct record_options. */
static void fields_are_where_they_are_said_to_be(void **state)
{
    const struct command *const both[] = {&command_record, &command_recorder};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t size = both[i]->settings_bytes;
        struct record_options *settings = calloc(1, size);
        char word[] = "--stamp=7";
        char *argv[] = {word}, *operands[1];
        int n;

        assert_non_null(settings);
        memcpy(settings, both[i]->defaults, size);
        assert_int_equal(
            options_parse(both[i], 1, argv, settings, &n, operands),
            OPTIONS_RUN);
        assert_int_equal(settings->asked.stamp, 7);
        assert_int_equal(settings->asked.buffer_bytes, 32u << 20);
        options_free(both[i]->options, settings);
        free(settings);
    }
}

/* Each word of what record tells, as QEMU hands it to the plugin. */
static int parse_told(struct plugin_options *plugin, char *told)
{
    char *argv[64];
    int argc = 0;

    for (char *word = strtok(told, ","); word; word = strtok(NULL, ",")) {
        assert_in_range(argc, 0, 63);
        argv[argc++] = word;
    }
    return plugin_options_parse(plugin, argc, argv);
}

static void record_tells_the_plugin(void **state)
{
    struct record_options options = {.asked = RECORDING_DEFAULTS};
    struct plugin_options plugin;
    char *told = record_options_plugin(&options);

    (void)state;
    assert_string_equal(told, ""); /* nothing is other than by default */
    assert_int_equal(parse_told(&plugin, told), 0);
    assert_same(&plugin.asked, &options.asked);
    assert_true(plugin.loads && plugin.stores && !plugin.all_regions);
    free(told);
    set_all(&options.asked);
    told = record_options_plugin(&options);
    assert_int_equal(parse_told(&plugin, told), 0);
    assert_same(&plugin.asked, &options.asked);
    assert_true(!plugin.loads && !plugin.stores && plugin.all_regions);
    free(told);
}

/* The largest values are not cut short. */
static void limits_come_through(void **state)
{
    struct recording_options options = RECORDING_DEFAULTS, other = options;
    char text[RECORDING_TEXT_MAX];

    (void)state;
    for (const struct recording_option *option = recording_options;
         option->name; option++) {
        const uint64_t limits[] = {option->least, option->most};

        for (int i = 0; i < 2 && option->most; i++) {
            snprintf(text, sizeof(text), "%llu", (unsigned long long)limits[i]);
            assert_int_equal(recording_option_set(option, &options, text), 0);
            recording_option_text(option, &options, text);
            assert_int_equal(recording_option_set(option, &other, text), 0);
            assert_same(&options, &other);
            assert_int_equal(
                *(const uint64_t *)((const char *)&other + option->field),
                limits[i]);
        }
    }
}

static void the_plugin_tells_the_recorder(void **state)
{
    struct recording_options asked = RECORDING_DEFAULTS;
    size_t size = command_recorder.settings_bytes;
    struct record_options *settings = calloc(1, size);
    char *argv[64], *operands[64];
    char value[RECORDING_TEXT_MAX];
    int argc = 0, n;

    (void)state;
    assert_non_null(settings);
    set_all(&asked);
    for (const struct recording_option *option = recording_options;
         option->name; option++) {
        assert_true(recording_option_text(option, &asked, value));
        assert_true(asprintf(&argv[argc++], "--%s%s%s", option->name,
                             option->type == RECORDING_TYPE_FLAG ? "" : "=",
                             option->type == RECORDING_TYPE_FLAG ? "" : value) >
                    0);
    }
    memcpy(settings, command_recorder.defaults, size);
    assert_int_equal(
        options_parse(&command_recorder, argc, argv, settings, &n, operands),
        OPTIONS_RUN);
    assert_same(&settings->asked, &asked);
    for (int i = 0; i < argc; i++) {
        free(argv[i]);
    }
    options_free(command_recorder.options, settings);
    free(settings);
}

static const char *value_of(const struct record_meta *meta, const char *key)
{
    for (size_t i = 0; i < meta->n; i++) {
        if (!strcmp(meta->list[i].key, key)) {
            return meta->list[i].value;
        }
    }
    return NULL;
}

static void the_trace_tells_how_it_was_recorded(void **state)
{
    struct record_options options = {.asked = RECORDING_DEFAULTS};
    const char *functions[] = {"f(int, char),!g", "h"};
    struct range addresses[] = {{0x10, 0x1f}, {~0ull, ~0ull}};
    struct record_meta meta = {.n = 0};

    (void)state;
    record_options_describe(&options, &meta);
    assert_string_equal(value_of(&meta, "record.kinds"), "rw");
    assert_string_equal(value_of(&meta, "record.regions"), "rw");
    assert_string_equal(value_of(&meta, "record.stamp"), "64");
    assert_int_equal(meta.n, 3);
    record_meta_free(&meta);
    set_all(&options.asked);
    options.asked.skips_loads = false;
    options.filters.functions =
        (struct option_strings){.n = 2, .strings = functions};
    options.filters.addresses =
        (struct option_ranges){.n = 2, .ranges = addresses};
    options.filters.limit = 5;
    options.filters.sample = "1ms/2ms";
    record_options_describe(&options, &meta);
    assert_string_equal(value_of(&meta, "record.kinds"), "r");
    assert_string_equal(value_of(&meta, "record.values"), "on");
    assert_string_equal(value_of(&meta, "record.dense"), "1");
    assert_null(value_of(&meta, "record.buffer"));
    assert_string_equal(value_of(&meta, "record.selection"),
                        "--function=f(int, char),!g,h "
                        "--address=0x10+0x10,0xffffffffffffffff+0x1 "
                        "--limit=5 --sample=1ms/2ms");
    assert_false(meta.has_failed);
    record_meta_free(&meta);
}

static void the_plugin_takes_no_other_values(void **state)
{
    static const char *const wrong[] = {
        "regions=some",
        "syscalls=",
        "values=2",
        "heap=maybe",
        "stamp=0",
        "stamp=1048577",
        "stamp=1k",
        "stamp=-1",
        "stamp=",
        "dense=1 ",
        "buffer=255K",
        "buffer=17G",
        "buffer=1T",
        "buffer=K",
        "buffer=1KK",
        "buffer=9999999999G",
        "buffer=1 ",
        "overflow=",
        "noread=maybe",
        "function=",
        "channel=",
        "follow=3",
        "follow=0-1",
        "parent=4294967296",
        "out=",
        "bogus=1",
        "nosuch",
        "",
        "buffer=99999999999999999999999999",
    };
    struct plugin_options plugin;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char *argv[] = {strdup(wrong[i])};

        assert_non_null(argv[0]);
        assert_int_equal(plugin_options_parse(&plugin, 1, argv), -1);
        free(argv[0]);
    }
}

static void the_plugin_takes_sizes_and_words_of_qemu(void **state)
{
    char buffer[] = "buffer=1g", noread[] = "noread=on", read[] = "read=y";
    char write[] = "write=no", parent[] = "parent=7", follow[] = "follow=9-4";
    char *argv[] = {buffer, noread, read, write, parent, follow};
    struct plugin_options plugin;

    (void)state;
    assert_int_equal(plugin_options_parse(&plugin, 6, argv), 0);
    assert_int_equal(plugin.asked.buffer_bytes, 1u << 30);
    assert_true(plugin.loads && !plugin.stores);
    assert_int_equal(plugin.parent, 7);
    assert_int_equal(plugin.recorder_pid, 9);
    assert_int_equal(plugin.recorder_fd, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_have_them),
        cmocka_unit_test(fields_are_where_they_are_said_to_be),
        cmocka_unit_test(record_tells_the_plugin),
        cmocka_unit_test(limits_come_through),
        cmocka_unit_test(the_plugin_tells_the_recorder),
        cmocka_unit_test(the_trace_tells_how_it_was_recorded),
        cmocka_unit_test(the_plugin_takes_no_other_values),
        cmocka_unit_test(the_plugin_takes_sizes_and_words_of_qemu),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
