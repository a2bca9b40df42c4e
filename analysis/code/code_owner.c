/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_owner.c - see code_owner.h. */
#include "code_owner.h"

#include <string.h>

/* What rules are asked about. */
struct subject {
    const char *function; /* as the source has it */
    const char *source;
    const char *unit; /* as in struct symbols_frame */
    const char *module;
    char text[128]; /* of @function, where it is another one */
};

/* What gcc puts behind the name of a part of a function, or of a version. */
static const char *const parts[] = {
    ".part.", ".isra.", ".constprop.", ".cold", ".localalias", ".lto_priv.",
};

/* Where the name of a function's part ends that the source has. */
static size_t source_size(const char *name)
{
    for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
            if (!strncmp(dot, parts[i], strlen(parts[i]))) {
                return (size_t)(dot - name);
            }
        }
    }
    return strlen(name);
}

/* Without what glibc has before the names of what it calls itself, too. */
static void set_function(struct subject *subject, const char *name)
{
    static const char own[] = "__GI_";
    size_t size;

    subject->function = name && *name ? name : NULL;
    if (!subject->function) {
        return;
    }
    if (!strncmp(name, own, sizeof(own) - 1)) {
        subject->function = name + sizeof(own) - 1;
    }
    size = source_size(subject->function);
    if (size < sizeof(subject->text) && subject->function[size]) {
        memcpy(subject->text, subject->function, size);
        subject->text[size] = '\0';
        subject->function = subject->text;
    }
}

/*
 * Where the linker does not say which object it is, a function's name has to
 * do.
 */
static bool fits_file(const struct code_rule *rule,
                      const struct code_pattern *pattern,
                      const struct subject *subject)
{
    if (!subject->source && subject->unit && !*subject->unit) {
        return rule->keys & 1u << CODE_KEY_FUNCTION;
    }
    return code_pattern_fits_path(pattern, subject->source ? subject->source
                                                           : subject->unit);
}

static bool fits(const struct code_rule *rule,
                 const struct code_pattern *pattern,
                 const struct subject *subject)
{
    const char *function = subject->function;

    switch (pattern->key) {
    case CODE_KEY_FUNCTION:
        /* Most do not start alike: there are a thousand. */
        return function && (!pattern->size || *function == *pattern->text) &&
               code_pattern_fits(pattern, function);
    case CODE_KEY_FILE:
        return fits_file(rule, pattern, subject);
    default:
        return code_pattern_fits_path(pattern, subject->module);
    }
}

/* Of each key that a rule has one pattern has to fit. */
static bool holds(const struct code_rules *rules, const struct code_rule *rule,
                  const struct subject *subject)
{
    unsigned fit = 0;

    for (size_t i = 0; i < rule->n && fit != rule->keys; i++) {
        const struct code_pattern *pattern = &rules->patterns[rule->first + i];
        unsigned bit = 1u << pattern->key;

        if (!(fit & bit) && fits(rule, pattern, subject)) {
            fit |= bit;
        }
    }
    return fit == rule->keys;
}

static const struct code_rule *find(const struct code_rules *rules,
                                    const struct subject *subject,
                                    unsigned home, bool is_for_files)
{
    for (size_t i = 0; i < rules->n; i++) {
        const struct code_rule *rule = &rules->list[i];

        if (rule->class != CODE_CLASSES && rule->is_for_files == is_for_files &&
            rule->homes & home && holds(rules, rule, subject)) {
            return rule;
        }
    }
    return NULL;
}

struct code_owner code_owner_of_file(const struct code_rules *rules,
                                     const char *module, bool needs_libraries)
{
    struct subject subject = {.module = module};
    const struct code_rule *rule = find(rules, &subject, CODE_IN_ALL, true);

    if (rule) {
        return (struct code_owner){rule->class, rule};
    }
    return (struct code_owner){
        .class = module && !needs_libraries ? CODE_UNNAMED : CODE_USER,
    };
}

static unsigned home_of(enum code_class file, const struct symbols_code *code,
                        const struct subject *subject)
{
    if (file == CODE_LIBC) {
        return CODE_IN_LIBC;
    }
    if (file != CODE_UNNAMED && !code_is_programs(file)) {
        return CODE_IN_LIBRARY;
    }
    if (subject->source) {
        return CODE_IN_LINES;
    }
    return code->needs_libraries ? CODE_IN_DYNAMIC : CODE_IN_STATIC;
}

/* Of functions without a name in libc: by the names that it has. */
static const struct code_rule *find_around(const struct code_rules *rules,
                                           const struct symbols_code *code,
                                           struct subject *subject)
{
    const char *const around[] = {code->before, code->after};

    for (int i = 0; i < 2; i++) {
        const struct code_rule *rule;

        set_function(subject, around[i]);
        rule = around[i] ? find(rules, subject, CODE_IN_LIBC, false) : NULL;
        if (rule && rule->class == CODE_INTERNAL) {
            return rule;
        }
    }
    return NULL;
}

struct code_owner code_owner(const struct code_rules *rules,
                             const struct symbols_code *code, size_t frame)
{
    const struct symbols_frame *f =
        frame < code->n_frames ? &code->frames[frame] : NULL;
    struct subject subject = {
        .source = f ? f->source : NULL,
        .unit = f ? f->unit : NULL,
        .module = code->module,
    };
    struct code_owner owner =
        code_owner_of_file(rules, code->module, code->needs_libraries);
    unsigned home = home_of(owner.class, code, &subject);
    const struct code_rule *rule;

    set_function(&subject, f ? f->function : NULL);
    rule = find(rules, &subject, home, false);
    if (!rule && home == CODE_IN_LIBC && !subject.function) {
        rule = find_around(rules, code, &subject);
    }
    if (rule) {
        return (struct code_owner){rule->class, rule};
    }
    if (owner.class == CODE_UNNAMED &&
        (home == CODE_IN_LINES || subject.function)) {
        owner.class = CODE_USER;
    }
    return owner;
}
