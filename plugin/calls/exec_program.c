/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec_program.c - see exec_program.h.  What is in doubt is refused: the
 * guest's own call then does what it does without us.
 */
#include "exec_program.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_rights_of_its_own(const struct stat *st)
{
    return ((st->st_mode & S_ISUID) && st->st_uid != geteuid()) ||
           ((st->st_mode & S_ISGID) && st->st_gid != getegid());
}

/* Return: a descriptor, or -1 where it may not be executed or not be read. */
static int open_program(const char *path)
{
    struct stat st;
    int fd;

    if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0) {
        return -1;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
                    has_rights_of_its_own(&st))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* A link in the sysroot may be absolute: that it is there is enough. */
static bool is_loader_there(const char *loader, const char *sysroot)
{
    char path[2 * PATH_MAX];

    if (sysroot != NULL &&
        snprintf(path, sizeof(path), "%s/%s", sysroot, loader) <
            (int)sizeof(path) &&
        faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        return true;
    }
    return access(loader, R_OK) == 0;
}

static bool has_its_loader(Elf *elf, const char *sysroot)
{
    char loader[PATH_MAX];
    size_t n = 0;
    size_t size;
    const char *raw = elf_rawfile(elf, &size);

    elf_getphdrnum(elf, &n);
    for (size_t i = 0; i < n; i++) {
        GElf_Phdr phdr;

        if (gelf_getphdr(elf, i, &phdr) == NULL || phdr.p_type != PT_INTERP) {
            continue;
        }
        if (raw == NULL || phdr.p_filesz >= sizeof(loader) ||
            phdr.p_offset > size || size - phdr.p_offset < phdr.p_filesz) {
            return false;
        }
        memcpy(loader, raw + phdr.p_offset, phdr.p_filesz);
        loader[phdr.p_filesz] = '\0';
        return is_loader_there(loader, sysroot);
    }
    return n > 0;
}

static int read_elf(Elf *elf, const char *sysroot, struct exec_program *program)
{
    GElf_Ehdr header;

    if (elf == NULL || elf_kind(elf) != ELF_K_ELF ||
        gelf_getehdr(elf, &header) == NULL ||
        (header.e_type != ET_EXEC && header.e_type != ET_DYN)) {
        return -1;
    }
    program->guest = guest_of_elf(header.e_machine, header.e_ident);
    return program->guest != NULL && has_its_loader(elf, sysroot) ? 0 : -1;
}

/*
 * The first line of a script, as the kernel takes it apart: an interpreter
 * and all that follows as one argument.
 *
 * Return: 1 with both (the argument may be ""), 0 for no script, -1 for one
 * that the kernel refuses.
 */
static int read_script(int fd, char line[EXEC_LINE], char **interpreter,
                       char **argument)
{
    ssize_t n = pread(fd, line, EXEC_LINE - 1, 0);
    char *end;

    if (n < 2 || line[0] != '#' || line[1] != '!') {
        return 0;
    }
    line[n] = '\0';
    end = strchr(line, '\n');
    if (end == NULL && n == EXEC_LINE - 1) {
        return -1;
    }
    end = end != NULL ? end : line + strlen(line);
    while (end > line + 2 && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    *end = '\0';
    *interpreter = line + 2 + strspn(line + 2, " \t");
    *argument = *interpreter + strcspn(*interpreter, " \t");
    if (**argument != '\0') {
        *(*argument)++ = '\0';
        *argument += strspn(*argument, " \t");
    }
    return **interpreter != '\0' ? 1 : -1;
}

/* Before the words there are: "interpreter [argument] path". */
static void add_words(struct exec_program *program, const char *interpreter,
                      const char *argument, const char *path)
{
    const char *words[3] = {interpreter};
    size_t n = 1;

    if (*argument != '\0') {
        words[n++] = argument;
    }
    if (program->n_words == 0) {
        words[n++] = path;
        memcpy(program->words, words, n * sizeof(*words));
    } else {
        /* The path is the first word already. */
        memmove(program->words + n, program->words,
                program->n_words * sizeof(*words));
        memcpy(program->words, words, n * sizeof(*words));
    }
    program->n_words += n;
}

int exec_program_find(const char *path, const char *sysroot,
                      struct exec_program *program)
{
    const char *now = path;

    program->n_words = 0;
    program->guest = NULL;
    for (unsigned i = 0; i <= EXEC_SCRIPTS; i++) {
        char *interpreter = NULL;
        char *argument = NULL;
        char spare[EXEC_LINE];
        char *line = i < EXEC_SCRIPTS ? program->lines[i] : spare;
        int fd = open_program(now);
        int result;

        if (fd < 0) {
            return -1;
        }
        result = read_script(fd, line, &interpreter, &argument);
        if (result == 0) {
            Elf *elf;

            elf_version(EV_CURRENT);
            elf = elf_begin(fd, ELF_C_READ, NULL);
            result = read_elf(elf, sysroot, program);
            elf_end(elf);
            close(fd);
            return result == 0 && snprintf(program->path, PATH_MAX, "%s", now) <
                                      PATH_MAX
                       ? 0
                       : -1;
        }
        close(fd);
        if (result < 0 || i == EXEC_SCRIPTS) {
            return -1;
        }
        add_words(program, interpreter, argument, path);
        now = interpreter;
    }
    return -1;
}
