/* The states over time as the report's page reads them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_STATES_JSON_H
#define TCPLIFE_OUTPUT_STATES_JSON_H

#include <glib.h>

#include "tcplife/output/capture.h"

#include <stdint.h>

/* {"interval":…,"columns":[…],"rows":[[…],…]}: those of -z tcplife,states, but in seconds since the epoch. */
void append_states(GString *text, const struct tl_capture *capture, const GByteArray *chosen,
                   int64_t interval_ns);

#endif
