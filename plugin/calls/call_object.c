/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call_object.c - see call_object.h. */
#include "call_object.h"

#include <sys/stat.h>

#define SOCKETS 1

uint64_t call_object(const struct current_call *current)
{
    const struct guest_call *plain = current->plain;
    struct stat status;

    /* The guest's descriptors are QEMU's. */
    if (plain->subject != CALL_SUBJECT_DESCRIPTOR ||
        fstat((int)current->args[plain->argument], &status) != 0) {
        return 0;
    }
    if (S_ISSOCK(status.st_mode)) {
        return SOCKETS;
    }
    return (uint64_t)status.st_dev << 40 ^ status.st_ino << 1;
}
