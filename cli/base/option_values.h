/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_values.h - text to value, for each type of option. */
#ifndef OPTION_VALUES_H
#define OPTION_VALUES_H

#include "options.h"

#define OPTION_VALUE_FINE 0
#define OPTION_VALUE_WRONG (-1)
#define OPTION_VALUE_NOMEM (-2)

/** option_choice() - Return: the Ith word of a choice, NULL behind the last. */
const char *option_choice(const struct option *option, size_t i);

/**
 * option_value() - set a field to what a text says
 * @option: not a flag
 * @text: what the user wrote
 * @field: of the type that belongs to the option's
 * @why: set to the reason where the text is wrong, valid till the next call
 *
 * Return: OPTION_VALUE_FINE, _WRONG or _NOMEM.
 */
int option_value(const struct option *option, const char *text, void *field,
                 const char **why);

#endif /* OPTION_VALUES_H */
