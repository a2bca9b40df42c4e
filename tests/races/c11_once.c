// c11_once.c: call_once and thread-specific storage of C11; racy: what was
// set up once is changed by all.
//
// plain: none
// racy !s390x: race table a-a
// racy s390x: may table a-a
#include <threads.h>

#include "together.h"

int table;
int seen;
once_flag flag = ONCE_FLAG_INIT;
tss_t storage;

static void fill(void)
{
    table = 1;
    tss_create(&storage, NULL);
}

static void use(void)
{
    call_once(&flag, fill);
    tss_set(storage, &seen);
#ifdef RACY
    table++; // @a
#else
    if (table != 1 || tss_get(storage) != &seen) {
        thrd_exit(1);
    }
#endif
}

int main(void)
{
    together(use, use);
    return 0;
}
