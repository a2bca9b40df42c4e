/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_input.h - an input as a trace file. */
#ifndef TRACE_INPUT_H
#define TRACE_INPUT_H

#include "fuzz.h"
#include "memtrace.h"

/**
 * trace_input_open() - open an input as a trace
 * @data: the first byte tells whether checksums are made right, so that what is
 *        behind them is reached as well; the rest is the file
 * @reader: set to the reader, or to NULL where it is no trace
 *
 * Return: a descriptor of the file, to be closed after the reader; -1 where the
 * input is too short for a file.
 */
int trace_input_open(const uint8_t *data, size_t size,
                     struct memtrace_reader **reader);

#endif /* TRACE_INPUT_H */
