/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digester.h - makes the digests of blocks (digest.h) while a trace is
 * recorded: what the first reading of the trace would find in each block.
 */
#ifndef DIGESTER_H
#define DIGESTER_H

#include "digest.h"

/**
 * race_digester_open() - for memtrace_encoder_digest()
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int race_digester_open(struct memtrace_digester *digester);

/** race_digester_close() - all encoders that use it are gone. */
void race_digester_close(struct memtrace_digester *digester);

#endif /* DIGESTER_H */
