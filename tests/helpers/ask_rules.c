/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ask_rules.c - whose are the functions of a static program without lines?
 *
 * Reads lines "OBJECT FUNCTION" or, of functions that no other object can call,
 * "OBJECT FUNCTION local", and writes each with its class and rule, or "-".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code_owner.h"

static void ask(const struct code_rules *rules, char *line)
{
    const char *object = strtok(line, " \n");
    const char *function = strtok(NULL, " \n");
    const char *binding = strtok(NULL, " \n");
    struct symbols_code code = {.module = "program", .n_frames = 1};
    struct code_owner owner;
    char text[CODE_RULE_TEXT];

    if (!function) {
        return;
    }
    code.frames[0].function = function;
    code.frames[0].unit = binding ? object : NULL;
    owner = code_owner(rules, &code, 0);
    printf("%s %s %s %s\n", object, function, code_class_name(owner.class),
           owner.rule ? code_rule_text(owner.rule, text) : "-");
}

int main(void)
{
    struct code_rules rules = {.n = 0};
    const char *wrong = code_rules_add_builtin(&rules);
    char *line = NULL;
    size_t room = 0;

    if (wrong) {
        fprintf(stderr, "%s\n", wrong);
        return 1;
    }
    while (getline(&line, &room, stdin) > 0) {
        ask(&rules, line);
    }
    free(line);
    code_rules_free(&rules);
    return 0;
}
