/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answers.c - see answers.h. */
#include "answers.h"

void answers_give(struct channel *channel, const struct recorder_names *names)
{
    const struct lookup_range *ranges = NULL;
    struct lookup_question question;
    size_t n = 0;

    if (!lookup_is_asked(&channel->lookup) ||
        !lookup_take(&channel->lookup, &question)) {
        return;
    }
    if (names != NULL && question.file[0] == '/') {
        n = names->find(names->data, question.file, &ranges);
    }
    lookup_answer(&channel->lookup, &question, ranges, n);
}
