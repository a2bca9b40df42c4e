/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scans.h - which instructions load to compare vectors, as the string
 * functions of libraries do: struct guest's scans.
 */
#ifndef SCANS_H
#define SCANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool scans_aarch64(const uint8_t *bytes, size_t size);

/* i386 and x86_64 */
bool scans_x86(const uint8_t *bytes, size_t size);

#endif /* SCANS_H */
