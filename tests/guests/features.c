/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * features.c - aarch64: does what a libc does by the newest instructions that
 * the CPU says it has.  Two threads copy a structure under a lock that is made
 * of SWPP (LSE128), or of an exchange; by CPYF (MOPS), or by loads and stores.
 * It has no race.
 *
 * Prints which the CPU has: "has", then lse128, mops, sme; then the counter.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/auxv.h>

#define HWCAP2_SME_BIT (1ul << 23)
#define HWCAP2_MOPS_BIT (1ul << 43)
#define HWCAP2_LSE128_BIT (1ul << 47)

#define TURNS 200

static uint64_t lock[2] __attribute__((aligned(16)));
static struct message {
    uint64_t words[8];
} from, to;
static unsigned long features;
static volatile int counter;

/* Return: what the first half was. */
static uint64_t swap(uint64_t low, uint64_t high)
{
    register uint64_t *x0 __asm__("x0") = lock;
    register uint64_t x1 __asm__("x1") = low;
    register uint64_t x2 __asm__("x2") = high;

    if (!(features & HWCAP2_LSE128_BIT)) {
        return __atomic_exchange_n(lock, low, __ATOMIC_ACQ_REL);
    }
    /* swppal x1, x2, [x0] */
    __asm__ volatile(".inst 0x19e28001"
                     : "+r"(x1), "+r"(x2)
                     : "r"(x0)
                     : "memory");
    return x1;
}

static void copy(void)
{
    struct message *d = &to;
    const struct message *s = &from;
    uint64_t n = sizeof(to);

    if (!(features & HWCAP2_MOPS_BIT)) {
        for (unsigned i = 0; i < 8; i++) {
            *(volatile uint64_t *)&to.words[i] =
                *(volatile uint64_t *)&from.words[i];
        }
        return;
    }
    __asm__ volatile(".arch armv8.8-a+mops\n"
                     "cpyfp [%0]!, [%1]!, %2!\n"
                     "cpyfm [%0]!, [%1]!, %2!\n"
                     "cpyfe [%0]!, [%1]!, %2!\n"
                     : "+r"(d), "+r"(s), "+r"(n)
                     :
                     : "memory", "cc");
}

static void *run(void *unused)
{
    for (int i = 0; i < TURNS; i++) {
        while (swap(1, 1) != 0) {
        }
        counter++;
        copy();
        swap(0, 0);
    }
    return unused;
}

int main(void)
{
    pthread_t other;

    features = getauxval(AT_HWCAP2);
    printf("has%s%s%s\n", features & HWCAP2_LSE128_BIT ? " lse128" : "",
           features & HWCAP2_MOPS_BIT ? " mops" : "",
           features & HWCAP2_SME_BIT ? " sme" : "");
    if (pthread_create(&other, NULL, run, NULL)) {
        return 1;
    }
    run(NULL);
    pthread_join(other, NULL);
    printf("%d\n", counter);
    return 0;
}
