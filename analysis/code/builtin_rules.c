/* SPDX-License-Identifier: GPL-2.0-or-later */
/* builtin_rules.c - the text of builtin.rules, as it is. */
#include "code_rules.h"

/* By its path from the root, where make runs. */
__asm__(".pushsection .rodata\n"
        ".globl code_rules_builtin\n"
        ".type code_rules_builtin, @object\n"
        "code_rules_builtin:\n"
        ".incbin \"analysis/code/builtin.rules\"\n"
        ".byte 0\n"
        ".size code_rules_builtin, . - code_rules_builtin\n"
        ".popsection\n");
