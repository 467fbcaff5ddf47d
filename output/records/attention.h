/* What a person should look at in a connection: its warnings and errors, and how it opened and closed where that is
 * trouble, be it that it was too early for an expert info, or that this is but a note.
 *
 * pcaplife's verdict and the report list the same; the severity of each is that of the expert info of its name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_ATTENTION_H
#define TCPLIFE_OUTPUT_ATTENTION_H

#include "tcplife/output/capture.h"
#include "tcplife/summary.h"

#include <stdint.h>

/* The diagnosis that has the name of this way to open, or close; TL_DIAGNOSIS_COUNT: it is no trouble. */
enum tl_diagnosis trouble_of_open(enum tl_open open);
enum tl_diagnosis trouble_of_close(enum tl_close close);

struct attention {
    enum tl_diagnosis diagnosis;
    uint32_t frame;
    const struct tl_change *change; /* NULL: no expert info says it, only that is known at the end… */
    const char *words;              /* …in these words; else NULL */
};

typedef void attention_take(void *to, const struct attention *attention);

/* Calls `take` for each, one of the same name several times where there are several expert infos. */
void attention_find(const struct tl_capture *capture, const struct tl_connection *connection,
                    attention_take *take, void *to);

#endif
