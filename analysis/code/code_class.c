/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_class.c - see code_class.h. */
#include "code_class.h"

#include <string.h>

static const struct {
    const char *name, *words;
} classes[CODE_CLASSES] = {
#define CODE_CLASS_ROW(id, name, words) [CODE_##id] = {name, words},
    CODE_CLASS_LIST(CODE_CLASS_ROW)
#undef CODE_CLASS_ROW
};

const char *code_class_name(enum code_class class)
{
    return classes[class].name;
}

const char *code_class_words(enum code_class class)
{
    return classes[class].words;
}

enum code_class code_class_find(const char *name)
{
    enum code_class class = CODE_USER;

    while (class < CODE_CLASSES && strcmp(classes[class].name, name) != 0) {
        class ++;
    }
    return class;
}
