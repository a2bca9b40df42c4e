/* SPDX-License-Identifier: GPL-2.0-or-later */
/* library.c - opened by names.c; built several times, as LIBRARY says. */
#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)

struct {
    int PASTE(member_of_, LIBRARY);
} state;

void work(void);
static __attribute__((noinline)) void PASTE(work_of_, LIBRARY)(void)
{
    state.PASTE(member_of_, LIBRARY) += 1;
}

void work(void)
{
    PASTE(work_of_, LIBRARY)();
}
