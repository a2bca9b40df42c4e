/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_arch.c - the list of guest architectures, and look-ups in it.
 */
#include "guest_arch.h"

#include <string.h>

/* One line an architecture. */
/* clang-format off */
static const struct guest_arch *const architectures[] = {
    &guest_arch_aarch64,
    &guest_arch_arm,
    &guest_arch_i386,
    &guest_arch_mips64el,
    &guest_arch_ppc64le,
    &guest_arch_riscv64,
    &guest_arch_s390x,
    &guest_arch_x86_64,
};
/* clang-format on */

#define N_ARCHITECTURES (sizeof(architectures) / sizeof(architectures[0]))

const struct guest_arch *guest_arch_list(size_t i)
{
    return i < N_ARCHITECTURES ? architectures[i] : NULL;
}

const struct guest_arch *guest_arch_find(const char *name)
{
    for (size_t i = 0; i < N_ARCHITECTURES; i++) {
        if (strcmp(architectures[i]->name, name) == 0) {
            return architectures[i];
        }
    }
    return NULL;
}

const struct guest_call_number *guest_arch_call(const struct guest_arch *arch,
                                                int64_t number)
{
    size_t low = 0;
    size_t high = arch->n_calls;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (arch->calls[middle].number == number) {
            return &arch->calls[middle];
        }
        if (arch->calls[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}
