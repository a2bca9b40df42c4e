// calendar.c: two threads convert times of their own; where mktime() ended last
// it keeps without a lock. racy: one sets the time that the other converts.
//
// plain: none
// racy: race shared a-*
#include <time.h>

#include "together.h"

static struct tm own = {.tm_year = 100, .tm_mday = 1};
static struct tm shared = {.tm_year = 100, .tm_mday = 1};

static void convert(void)
{
    mktime(&shared);
    meet(1);
    mktime(&shared);
}

static void set_and_convert(void)
{
#ifdef RACY
    shared.tm_mday = 2; // @a
#endif
    // It locks, and so orders what comes behind it.
    meet(1);
    mktime(&own);
}

int main(void)
{
    together(convert, set_and_convert);
    return 0;
}
