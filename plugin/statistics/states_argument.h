/* -z tcplife,states[,interval][,filter]: which interval have the rows of the states over time?
 *
 * Wireshark's dialogs take all that is behind their name for a filter; so the argument has a name of its own, and
 * opens the dialog by the dialog's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_STATES_ARGUMENT_H
#define TCPLIFE_STATES_ARGUMENT_H

#include <stdint.h>

/* The dialog's own name, behind which there may be a filter. */
#define TCPLIFE_STATES_DIALOG "tcplife,over_time"

void tcplife_register_states_argument(void);

/* The argument's; else the preference. 0: one that makes at most 200 rows. */
int64_t tcplife_states_interval_ns(void);

#endif
