/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * translate.h - what is decided when QEMU translates guest code.
 */
#ifndef PLUGIN_TRANSLATE_H
#define PLUGIN_TRANSLATE_H

#include "qemu_api.h"

/** translate_block() - number the block's instructions, attach callbacks. */
void translate_block(struct qemu_plugin_tb *tb);

#endif /* PLUGIN_TRANSLATE_H */
