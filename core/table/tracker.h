/* What a tracker consists of: for the files that are behind its front door.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TABLE_TRACKER_H
#define TCPLIFE_TABLE_TRACKER_H

#include "core/table/half_open.h"
#include "core/table/index.h"
#include "core/table/networks.h"
#include "tcplife/tracker.h"

struct tl_tracker {
    struct tl_memory memory;
    struct tl_config config;
    struct tl_environment environment;
    struct tl_index index;
    struct tl_networks networks;
    struct tl_half_open half_open;

    /* The newest connection on the last segment's sockets: most often the next one's too. */
    struct tl_connection *last;
};

#endif
