// looked_at_once.c: a plain flag that is looked at once: no synchronisation.
// Whether the data is read depends on what was seen.
//
// racy: race flag a-b c-b
// racy: may data c-d a-d
#include "together.h"

int flag;
int data;
int seen;

static void publish(void)
{
    data = 42; // @c
    flag = 1;  // @a
}

static void look(void)
{
    if (flag) {      // @b
        seen = data; // @d
    }
}

int main(void)
{
    together(publish, look);
    return 0;
}
