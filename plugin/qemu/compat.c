/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compat.c - differences between the plugin APIs of QEMU 7.2 to 11.1.
 *
 * QEMU reads the exported qemu_plugin_version once the plugin is loaded, and
 * refuses what it does not know.  A constructor has set it by then: to the
 * highest version whose functions this QEMU has.
 *
 *   API          known by
 *   QEMU_API_7_2
 *   QEMU_API_9_0   scoreboards; QEMU_API_9_1, which copies the bytes of an
 *                  instruction out, takes a plugin of 9.0
 *   QEMU_API_10_0  reads of memory
 *   QEMU_API_10_1  writes of memory
 *   QEMU_API_11_0  setting of the pc
 *   QEMU_API_11_1  no function of its own: QEMU's version string.  Callbacks
 *                  have no id and get userdata.
 */
#include "compat.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include <link.h>
#include <stdlib.h>
#include <string.h>

#define WEAK __attribute__((weak))

/* Whether they are there tells QEMU's version; only the first is called. */
WEAK bool qemu_plugin_read_memory_vaddr(uint64_t addr, void *data, size_t len);
WEAK bool qemu_plugin_write_memory_vaddr(uint64_t addr, void *data);
WEAK void qemu_plugin_set_pc(uint64_t vaddr);

/* GLib's, into which QEMU copies guest memory and registers. */
struct glib_array {
    uint8_t *data;
    unsigned len;
};
WEAK struct glib_array *g_byte_array_new(void);
WEAK struct glib_array *g_byte_array_set_size(struct glib_array *array,
                                              unsigned size);
WEAK unsigned g_array_get_element_size(struct glib_array *array);
WEAK char *g_array_free(struct glib_array *array, int frees_elements);

/* The start of QEMU's description of a register; 11.1 has more in it. */
struct register_descriptor {
    struct qemu_plugin_register *handle;
    const char *name;
};
WEAK struct glib_array *qemu_plugin_get_registers(void);
/* Its result is a size, -1 for none; from QEMU 11.0 on whether it was read. */
WEAK int qemu_plugin_read_register(struct qemu_plugin_register *handle,
                                   struct glib_array *bytes);

int qemu_plugin_version = QEMU_API_7_2;

static struct compat_callbacks callbacks;

/* "qemu-x86_64 version 11.1.1 (...)": is it 11.1 or later? */
static bool is_11_1(const char *text, const char *end)
{
    static const char mark[] = " version ";
    unsigned major = 0;
    unsigned minor = 0;

    text += strcspn(text, " ");
    if (end - text < (ptrdiff_t)sizeof(mark) + 8 ||
        strncmp(text, mark, sizeof(mark) - 1) != 0) {
        return false;
    }
    text += sizeof(mark) - 1;
    while (text < end && *text >= '0' && *text <= '9') {
        major = major * 10 + (*text++ - '0');
    }
    if (text < end && *text == '.') {
        for (text++; text < end && *text >= '0' && *text <= '9'; text++) {
            minor = minor * 10 + (*text - '0');
        }
    }
    return major > 11 || (major == 11 && minor >= 1);
}

/* Look for the version string in the read-only data of the main program. */
static int find_version(struct dl_phdr_info *info, size_t size, void *result)
{
    static const char mark[] = "qemu-";

    (void)size;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *phdr = &info->dlpi_phdr[i];
        const char *at = (const char *)(info->dlpi_addr + phdr->p_vaddr);
        const char *end = at + phdr->p_memsz;

        if (phdr->p_type != PT_LOAD || !(phdr->p_flags & PF_R) ||
            (phdr->p_flags & PF_W)) {
            continue;
        }
        while ((at = memmem(at, end - at, mark, sizeof(mark) - 1)) != NULL) {
            if (is_11_1(at, end)) {
                *(bool *)result = true;
            }
            at++;
        }
    }
    return 1; /* the main program is the first */
}

static __attribute__((constructor)) void choose_version(void)
{
    bool is_new = false;

    if (qemu_plugin_set_pc != NULL) {
        dl_iterate_phdr(find_version, &is_new);
        qemu_plugin_version = is_new ? QEMU_API_11_1 : QEMU_API_11_0;
    } else if (qemu_plugin_write_memory_vaddr != NULL) {
        qemu_plugin_version = QEMU_API_10_1;
    } else if (qemu_plugin_read_memory_vaddr != NULL) {
        qemu_plugin_version = QEMU_API_10_0;
    } else if (qemu_plugin_scoreboard_new != NULL) {
        qemu_plugin_version = QEMU_API_9_0;
    }
}

enum qemu_api compat_api(void)
{
    return qemu_plugin_version;
}

/* tests/guests/manual and docs/unseen.md have what was measured. */
unsigned compat_shown(void)
{
    enum qemu_api api = compat_api();
    unsigned shown = 0;

    shown |= api >= QEMU_API_9_0 ? QEMU_SHOWS_SVE : QEMU_SHOWS_X87;
    if (api >= QEMU_API_9_0 && api < QEMU_API_11_1) {
        shown |= QEMU_SHOWS_SVE_SCATTERED;
    }
    return shown;
}

int compat_major(void)
{
    enum qemu_api api = compat_api();

    return api >= QEMU_API_11_0   ? 11
           : api >= QEMU_API_10_0 ? 10
           : api >= QEMU_API_9_0  ? 9
                                  : 7;
}

/* QEMU 8 has it, too, but the plugin cannot tell that from 7.2. */
bool compat_has_execveat(void)
{
    return compat_api() >= QEMU_API_9_0;
}

/* x86_64's vsyscall page, which QEMU acts for and has no bytes of. */
#define VSYSCALL_START 0xffffffffff600000u

size_t compat_insn_bytes(const struct qemu_plugin_insn *insn,
                         uint8_t bytes[COMPAT_INSN_BYTES])
{
    size_t size = qemu_plugin_insn_size(insn);
    uintptr_t answer;

    if (qemu_plugin_insn_vaddr(insn) >= VSYSCALL_START) {
        return 0; /* asked for them QEMU_API_9_1 and later end the guest */
    }
    if (size > COMPAT_INSN_BYTES) {
        size = COMPAT_INSN_BYTES;
    }
    /*
     * Up to QEMU_API_9_0 this returns where the bytes are, and takes no more
     * than the first argument; from QEMU_API_9_1 on it copies them and returns
     * how many.
     */
    answer = qemu_plugin_insn_data(insn, bytes, size);
    if (answer > COMPAT_INSN_BYTES) {
        memcpy(bytes, (const void *)answer, size);
    }
    return size;
}

/*
 * Asked once where this QEMU has an access's size: no version of the API says
 * so, and 10.2 has it elsewhere than 10.0.
 */
unsigned compat_size_bit(void)
{
    /* One of the two is the lowest bit of the size in any version. */
    return qemu_plugin_mem_size_shift(1u << COMPAT_SIZE_BIT) == 1
               ? COMPAT_SIZE_BIT
               : COMPAT_SIZE_BIT_10_2;
}

/* QEMU 8 does, too. */
bool compat_announces_on_starter(void)
{
    return compat_api() == QEMU_API_7_2;
}

bool compat_merges_kinds(void)
{
    return compat_api() == QEMU_API_7_2;
}

static void on_no_access(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                         void *userdata)
{
    (void)vcpu_index;
    (void)info;
    (void)vaddr;
    (void)userdata;
}

/*
 * For what helpers of QEMU access it keeps the running instruction's callbacks
 * in the vCPU.  Before 8.0 they stay there when an instruction leaves its
 * block, until the next one has some: one without would call those, of memory
 * that may be free by then.
 */
void compat_leave_out(struct qemu_plugin_insn *insn)
{
    if (compat_api() == QEMU_API_7_2) {
        qemu_plugin_register_vcpu_mem_cb(insn, on_no_access,
                                         QEMU_PLUGIN_CB_NO_REGS,
                                         QEMU_PLUGIN_MEM_NONE, NULL);
    }
}

bool compat_knows_pages(void)
{
    return qemu_plugin_read_memory_vaddr != NULL && g_byte_array_new != NULL;
}

bool compat_is_guest_page(uint64_t vaddr)
{
    static struct glib_array *byte; /* freed with QEMU */

    if (byte == NULL) {
        byte = g_byte_array_new();
    }
    return qemu_plugin_read_memory_vaddr(vaddr, byte, 1);
}

bool compat_has_values(void)
{
    return qemu_plugin_mem_get_value != NULL;
}

/*
 * Of an access that is not in the host's byte order QEMU before 11 has the
 * value as it is in memory where the host swaps bytes by instructions of their
 * own, but not where a helper of QEMU makes the access.
 */
static bool may_be_swapped(uint32_t info)
{
#if defined(__x86_64__)
    static int swaps = -1;

    if (swaps < 0) {
        unsigned a, b, c = 0, d;

        swaps = !__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_MOVBE);
    }
#else
    const int swaps = 1;
#endif
    return swaps && compat_api() < QEMU_API_11_0 &&
           qemu_plugin_mem_is_big_endian(info) !=
               (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

bool compat_value(uint32_t info, uint64_t words[2])
{
    struct qemu_plugin_value value;

    if (may_be_swapped(info)) {
        return false;
    }
    value = qemu_plugin_mem_get_value(info);
    words[1] = 0;
    switch (value.type) {
    case 0:
        words[0] = value.data.u8;
        return true;
    case 1:
        words[0] = value.data.u16;
        return true;
    case 2:
        words[0] = value.data.u32;
        return true;
    case 3:
        words[0] = value.data.u64;
        return true;
    case 4:
        words[0] = value.data.u128.low;
        words[1] = value.data.u128.high;
        return true;
    default:
        return false;
    }
}

bool compat_has_registers(void)
{
    return qemu_plugin_register_vcpu_tb_exec_cond_cb != NULL &&
           qemu_plugin_u64_set != NULL && qemu_plugin_scoreboard_new != NULL &&
           qemu_plugin_get_registers != NULL &&
           qemu_plugin_read_register != NULL && g_byte_array_new != NULL &&
           g_byte_array_set_size != NULL && g_array_get_element_size != NULL &&
           g_array_free != NULL;
}

struct qemu_plugin_register *compat_register_find(const char *name)
{
    struct glib_array *all = qemu_plugin_get_registers();
    struct qemu_plugin_register *found = NULL;
    size_t step;

    if (all == NULL) {
        return NULL;
    }
    step = g_array_get_element_size(all);
    for (size_t i = 0; i < all->len && found == NULL; i++) {
        struct register_descriptor one;

        memcpy(&one, all->data + i * step, sizeof(one));
        if (one.name != NULL && strcmp(one.name, name) == 0) {
            /* In 11.1 the first one's is 0: ours is one more. */
            found = (void *)((uintptr_t)one.handle + 1);
        }
    }
    g_array_free(all, 1);
    return found;
}

bool compat_register_read(struct qemu_plugin_register *handle, void *bytes,
                          size_t size)
{
    static _Thread_local struct glib_array *array; /* freed with QEMU */

    if (array == NULL) {
        array = g_byte_array_new();
    }
    g_byte_array_set_size(array, 0);
    qemu_plugin_read_register((void *)((uintptr_t)handle - 1), array);
    if (array->len != size) {
        return false;
    }
    memcpy(bytes, array->data, size);
    return true;
}

/* As QEMU calls up to 11.0. */

static void old_vcpu_init(uint64_t id, unsigned vcpu_index)
{
    (void)id;
    callbacks.vcpu_init(vcpu_index);
}

static void old_translate(uint64_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    callbacks.translate(tb);
}

static void old_call(uint64_t id, unsigned vcpu_index, int64_t number,
                     uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                     uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8)
{
    const uint64_t args[] = {a1, a2, a3, a4, a5, a6};

    (void)id;
    (void)a7;
    (void)a8;
    callbacks.call(vcpu_index, number, args);
}

static void old_call_return(uint64_t id, unsigned vcpu_index, int64_t number,
                            int64_t result)
{
    (void)id;
    callbacks.call_return(vcpu_index, number, result);
}

static void old_exit(uint64_t id, void *userdata)
{
    (void)id;
    (void)userdata;
    callbacks.exit();
}

/* As QEMU calls from 11.1 on. */

static void new_vcpu_init(unsigned vcpu_index, void *userdata)
{
    (void)userdata;
    callbacks.vcpu_init(vcpu_index);
}

static void new_translate(struct qemu_plugin_tb *tb, void *userdata)
{
    (void)userdata;
    callbacks.translate(tb);
}

static void new_call(unsigned vcpu_index, int64_t number, uint64_t a1,
                     uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5,
                     uint64_t a6, uint64_t a7, uint64_t a8, void *userdata)
{
    const uint64_t args[] = {a1, a2, a3, a4, a5, a6};

    (void)a7;
    (void)a8;
    (void)userdata;
    callbacks.call(vcpu_index, number, args);
}

static void new_call_return(unsigned vcpu_index, int64_t number, int64_t result,
                            void *userdata)
{
    (void)userdata;
    callbacks.call_return(vcpu_index, number, result);
}

static void new_exit(void *userdata)
{
    (void)userdata;
    callbacks.exit();
}

/*
 * The registering functions take a callback of either shape, and from 11.1 on
 * its userdata behind it; before, they do not look at that argument.
 */
#define REGISTER(function, name)                                               \
    function(id, is_new ? (void *)new_##name : (void *)old_##name, NULL)

void compat_register(uint64_t id, const struct compat_callbacks *wanted)
{
    bool is_new = compat_api() >= QEMU_API_11_1;

    callbacks = *wanted;
    REGISTER(qemu_plugin_register_vcpu_init_cb, vcpu_init);
    REGISTER(qemu_plugin_register_vcpu_tb_trans_cb, translate);
    REGISTER(qemu_plugin_register_vcpu_syscall_cb, call);
    REGISTER(qemu_plugin_register_vcpu_syscall_ret_cb, call_return);
    REGISTER(qemu_plugin_register_atexit_cb, exit);
}
