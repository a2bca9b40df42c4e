/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * go_code.h - which code is the Go run-time's own business: it is in the
 * program, with source lines as the program has them.
 */
#ifndef GO_CODE_H
#define GO_CODE_H

#include "code_class.h"

/**
 * race_go_kind() - of code that has a source
 *
 * Return: RACE_CODE_LOADER for what stops goroutines and marks what they hold,
 * whatever they do meanwhile; RACE_CODE_RUNTIME for the scheduler, allocator
 * and the like; else RACE_CODE_USER, also for what the run-time does with
 * maps, slices and channels, which is the program's.
 */
enum race_code race_go_kind(const struct symbols_frame *frame);

#endif /* GO_CODE_H */
