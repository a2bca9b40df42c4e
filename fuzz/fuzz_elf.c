/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_elf.c - a file of any bytes as the guest's program: in the plugin, and
 * in `memtrace record`.
 */
#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exec_program.h"
#include "fuzz.h"
#include "guest_program.h"
#include "image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct exec_program executed;
    struct guest_program program;
    struct image image;
    char path[FUZZ_PATH_MAX];
    uint16_t machine = EM_X86_64;
    int fd = fuzz_file(data, size, path);

    if (size >= 20) {
        memcpy(&machine, data + 18, sizeof(machine));
        if (data[EI_DATA] == ELFDATA2MSB) {
            machine = machine << 8 | machine >> 8;
        }
    }
    if (image_read(path, machine, &image) == NULL) {
        MUST(image.n_writable <= IMAGE_SEGMENTS);
    }
    /* An interpreter that it names would be opened, whatever it is. */
    if (size < 2 || data[0] != '#' || memchr(data, '/', size) == NULL) {
        if (guest_program_find(path, &program) == 0) {
            MUST(program.guest != NULL);
            MUST(memchr(program.loader, '\0', sizeof(program.loader)));
        }
        fchmod(fd, 0700);
        if (exec_program_find(path, "/nosuch", &executed) == 0) {
            MUST(executed.guest != NULL && executed.n_words == 0);
        }
    }
    close(fd);
    return 0;
}
