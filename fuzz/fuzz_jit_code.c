/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_jit_code.c - files in which a program names the code that it makes: the
 * first byte says whether it is a perf map or a jitdump file.
 */
#include "fuzz.h"
#include "jit_code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jit_codes codes = {.n = 0};
    const uint8_t *bytes = data + 1;

    if (size < 1) {
        return 0;
    }
    size--;
    if (data[0] & 1) {
        jit_dump_read(bytes, size, &codes);
    } else {
        perf_map_read((const char *)bytes, size, &codes);
    }
    for (size_t i = 0; i < codes.n; i++) {
        const struct jit_code *code = &codes.list[i];
        size_t at = (size_t)(code->name - (const char *)bytes);

        MUST(code->size > 0 && code->size - 1 <= UINT64_MAX - code->vaddr);
        MUST(code->name_bytes > 0 && code->name_bytes <= JIT_CODE_NAME_MOST);
        MUST(at < size && code->name_bytes <= size - at);
    }
    jit_codes_free(&codes);
    return 0;
}
