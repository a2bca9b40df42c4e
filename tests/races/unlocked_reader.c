// unlocked_reader.c: the writer locks; racy: the reader thinks it need not.
//
// plain: none
// racy: race shared a-b
#include "together.h"

int shared;
int seen;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void writer(void)
{
    pthread_mutex_lock(&mutex);
    shared = 7; // @a
    pthread_mutex_unlock(&mutex);
}

static void reader(void)
{
#ifdef RACY
    seen = shared; // @b
#else
    pthread_mutex_lock(&mutex);
    seen = shared;
    pthread_mutex_unlock(&mutex);
#endif
}

int main(void)
{
    together(writer, reader);
    return 0;
}
