/* The preferences of TCP Lifecycle (contract, section 7).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_PREFERENCES_H
#define TCPLIFE_PREFERENCES_H

#include "plugin/ws_compat.h"

#include <stdbool.h>

struct tcplife_preferences {
    unsigned msl;                 /* seconds */
    unsigned syn_flood_threshold; /* half-open connections to one server… */
    unsigned syn_flood_window;    /* …within so many seconds */
    unsigned close_wait_limit;    /* seconds before CLOSE-WAIT is called lingering */
    unsigned states_interval;     /* seconds; 0: one that makes at most 200 rows */
    ws_boolean zeek;              /* compute Zeek's words for every file */
    ws_boolean info_column;       /* add step and states to the Info column */
};

/* Wireshark writes to it when the user changes a preference, and dissects everything anew. */
extern struct tcplife_preferences tcplife_preferences;

void tcplife_register_preferences(void);

/* The user's choice in TCP's preferences: does Wireshark show sequence numbers as counted from each end's
 * first one? */
bool tcplife_numbers_are_relative(void);

#endif
