/* Records of a capture that goes on, each as soon as there is one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_LIVE_RECORDS_H
#define PCAPLIFE_LIVE_RECORDS_H

#include "command/choice.h"
#include "command/live.h"
#include "command/writing.h"

/* Of the chosen connections. Where nobody can tell what is chosen, the user has been told, and writing->is_over. */
void live_records_write(struct writing *writing, const struct record_format *format,
                        const struct choice *choice, const GPtrArray *taps,
                        const struct live_wishes *wishes, struct live_report *report);

#endif
