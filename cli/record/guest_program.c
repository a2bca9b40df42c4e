/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_program.c - finding the program and reading its ELF header, by
 * libelf.
 */
#include "guest_program.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

static bool is_runnable(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           access(path, X_OK) == 0;
}

static int find_on_path(const char *name, char path[PATH_MAX])
{
    const char *list = getenv("PATH");
    size_t length;

    if (list == NULL) {
        list = "/usr/local/bin:/usr/bin:/bin";
    }
    for (;; list += length + 1) {
        length = strcspn(list, ":");
        if (length == 0) {
            snprintf(path, PATH_MAX, "./%s", name);
        } else {
            snprintf(path, PATH_MAX, "%.*s/%s", (int)length, list, name);
        }
        if (is_runnable(path)) {
            return 0;
        }
        if (list[length] == '\0') {
            break;
        }
    }
    message("%s: not found on PATH", name);
    return -1;
}

static int find_file(const char *name, char path[PATH_MAX])
{
    if (strchr(name, '/') == NULL) {
        return find_on_path(name, path);
    }
    if (strlen(name) >= PATH_MAX) {
        message("%.40s...: %s", name, strerror(ENAMETOOLONG));
        return -1;
    }
    strcpy(path, name);
    return 0;
}

static void read_loader(Elf *elf, struct guest_program *program)
{
    size_t n = 0;

    elf_getphdrnum(elf, &n);
    for (size_t i = 0; i < n; i++) {
        const char *raw;
        size_t size;
        GElf_Phdr phdr;

        if (gelf_getphdr(elf, i, &phdr) == NULL || phdr.p_type != PT_INTERP ||
            phdr.p_filesz == 0 || phdr.p_filesz >= sizeof(program->loader)) {
            continue;
        }
        raw = elf_rawfile(elf, &size);
        if (raw != NULL && phdr.p_offset < size &&
            size - phdr.p_offset >= phdr.p_filesz) {
            memcpy(program->loader, raw + phdr.p_offset, phdr.p_filesz);
            program->loader[phdr.p_filesz] = '\0';
        }
    }
}

/* Of a machine that is known, but not in this class or byte order. */
static void refuse_machine(const struct guest_program *program,
                           const GElf_Ehdr *header)
{
    unsigned machine = header->e_machine;
    int bits = header->e_ident[EI_CLASS] == ELFCLASS64 ? 64 : 32;
    const char *order = header->e_ident[EI_DATA] == ELFDATA2MSB
                            ? "big-endian"
                            : "little-endian";
    const struct guest *guest = NULL;

    for (size_t i = 0; !guest && guest_list(i); i++) {
        if (guest_list(i)->elf_machine == machine) {
            guest = guest_list(i);
        }
    }
    if (guest) {
        message("%s: a %d-bit %s program for ELF machine %u, of which only %s"
                " (%d-bit, %s-endian) is known here",
                program->path, bits, order, machine, guest->name,
                (int)guest->bits, guest->is_big_endian ? "big" : "little");
    } else {
        message("%s: a %d-bit %s program for ELF machine %u, which is not"
                " known here",
                program->path, bits, order, machine);
    }
}

static int read_elf(Elf *elf, struct guest_program *program)
{
    GElf_Ehdr header;

    if (elf != NULL && elf_kind(elf) != ELF_K_ELF) {
        message("%s: not an ELF program and not a script", program->path);
        return -1;
    }
    if (elf == NULL || gelf_getehdr(elf, &header) == NULL) {
        message("%s: %s", program->path, elf_errmsg(-1));
        return -1;
    }
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN) {
        message("%s: an ELF file, but no program", program->path);
        return -1;
    }
    program->guest = guest_of_elf(header.e_machine, header.e_ident);
    if (program->guest == NULL) {
        refuse_machine(program, &header);
        return -1;
    }
    read_loader(elf, program);
    return 0;
}

/* Return: 1 where the file is a script and path its interpreter; 0; -1. */
static int follow_script(int fd, struct guest_program *program)
{
    char line[GUEST_SCRIPT_LINE] = "";
    ssize_t n = pread(fd, line, sizeof(line) - 1, 0);
    char *interpreter = line + 2;
    char *end;

    if (n < 3 || line[0] != '#' || line[1] != '!') {
        return 0;
    }
    if (program->is_script) {
        message("%s: a script whose interpreter is a script", program->path);
        return -1;
    }
    line[strcspn(line, "\n")] = '\0';
    interpreter += strspn(interpreter, " \t");
    end = interpreter + strcspn(interpreter, " \t");
    if (*end != '\0') {
        *end++ = '\0';
        end += strspn(end, " \t");
        snprintf(program->script_argument, sizeof(program->script_argument),
                 "%s", end);
    }
    program->is_script = true;
    snprintf(program->path, sizeof(program->path), "%s", interpreter);
    return 1;
}

static int read_program(struct guest_program *program)
{
    int fd = open(program->path, O_RDONLY | O_CLOEXEC);
    int result;
    Elf *elf;

    if (fd < 0) {
        message("%s: %s", program->path, strerror(errno));
        return -1;
    }
    result = follow_script(fd, program);
    if (result == 0) {
        elf_version(EV_CURRENT);
        elf = elf_begin(fd, ELF_C_READ, NULL);
        result = read_elf(elf, program);
        elf_end(elf);
    }
    close(fd);
    return result;
}

int guest_program_find(const char *name, struct guest_program *program)
{
    int result;

    *program = (struct guest_program){0};
    if (find_file(name, program->path) != 0) {
        return -1;
    }
    result = read_program(program);
    if (result == 1) {
        result = read_program(program);
    }
    return result;
}
