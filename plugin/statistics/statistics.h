/* What the statistics share: which connections they are about, and when they are computed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_STATISTICS_H
#define TCPLIFE_STATISTICS_H

#include "plugin/choice/choice.h"
#include "plugin/protocol.h"

#include <epan/packet_info.h>
#include <epan/tap.h>

#include <stdbool.h>
#include <stdint.h>

/* A statistic that somebody looks at. Its connections are those that its filter chooses; each counts
 * once. */
struct tcplife_statistic {
    /* Writes all figures anew, from what core knows of the connections now. */
    void (*compute)(struct tcplife_statistic *statistic);
    void *output; /* compute()'s: a stat_tap_table_ui or a stats_tree */
    bool shows_zeek; /* compute() asks for Zeek's words, too */

    /* statistics.c's */
    struct choice *choice; /* of connections, for compute() */
    struct tcplife_statistic *self; /* a listener's address: one that judges */
    bool has_judge;
    bool is_open;
    bool is_due; /* to be drawn while packets pass again */
    bool is_stale; /* compute() would write something else than it did */
    struct tcplife_statistic *next;
};

/* The filter, where it is known before the statistic is opened. Without this, the connections are those of
 * which Wireshark's own listener, which has a filter, sees a packet. */
void tcplife_statistic_filter(struct tcplife_statistic *statistic, const char *filter);

/* Begins, or begins anew, with no connection; its figures are computed at once. */
void tcplife_statistic_open(struct tcplife_statistic *statistic, void *output);
void tcplife_statistic_close(struct tcplife_statistic *statistic);

/* A packet that passed the filter of Wireshark's own listener. */
tap_packet_status tcplife_statistic_packet(struct tcplife_statistic *statistic,
                                           const packet_info *pinfo, epan_dissect_t *edt,
                                           const struct tcplife_packet *packet);

/* What output needs to know of the capture, when it began included: 0 until a packet passed a filter. */
const struct tl_capture *tcplife_statistics_capture(void);

#endif
