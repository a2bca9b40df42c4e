/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest_arch.c - see guest_arch.h. */
#include "guest_arch.h"

#include <string.h>

#define GUEST(name, ...) {#name, &guest_arch_##name},
static const struct {
    const char *name;
    const struct guest_arch *arch;
} architectures[] = {
#include "guest_rows.h"
};
#undef GUEST

const struct guest_arch *guest_arch_of(const struct guest *guest)
{
    size_t i = 0;

    /* Both lists are made of the same rows. */
    while (strcmp(architectures[i].name, guest->name) != 0) {
        i++;
    }
    return architectures[i].arch;
}
