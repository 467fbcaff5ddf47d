/* What output needs to know of the capture that a connection is in.
 *
 * Plain values, and questions that only its owner can answer: so nothing here knows where segments come
 * from, nor how an address of a kind that is neither IPv4 nor IPv6 is written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_CAPTURE_H
#define TCPLIFE_OUTPUT_CAPTURE_H

#include <glib.h>

#include "tcplife/connection.h"
#include "tcplife/tracker.h"
#include "tcplife/zeek.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

/* One of the files that a capture is in. Several may have been captured at once, their frames mixed. */
struct tl_capture_file {
    const char *name;     /* as a person finds it */
    uint32_t first_frame; /* its first frame's number in the capture; 1 in the first file */
    uint32_t last_frame;
};

/* All zero but for the tracker is fine; it is the owner's, and read only while output is made. */
struct tl_capture {
    const struct tl_tracker *tracker;
    const struct tl_zeek *zeek; /* NULL: Zeek's words were not asked for */

    uint64_t first_number; /* what is added to connections' numbers: those of a part of a larger capture */

    /* Nanoseconds since the epoch. */
    int64_t start_ns; /* when its first packet was captured, of whatever protocol */
    int64_t end_ns;   /* the same of its latest one: until then, silence tells something */
    int64_t msl_ns;   /* the tracker's */

    /* The values of tl_socket.family for IPv4 and IPv6. */
    uint8_t ipv4, ipv6;

    /* The files that it is in, in the order of their first frames. None: records name no file. */
    const struct tl_capture_file *files;
    unsigned file_count;
    /* The place of the one that a frame is in. NULL: no two of them were captured at once. */
    unsigned (*file_of)(uint32_t frame, void *ctx);
    bool lists_files; /* records name all that a connection is in, not only the first one */

    bool has_raw_numbers; /* pictures show sequence numbers as captured, not as counted from the first one */

    bool has_slim_records; /* they tell neither expert infos nor transitions */

    /* A capture that goes on: each connection is written when it is over, or has been silent for long. Then
     * `end_ns` is the time of writing, up to which silence tells something. */
    bool is_live;
    bool is_idle; /* that is why: nobody knows whether the connection goes on */

    /* Appends an address that is neither IPv4's nor IPv6's. NULL: its bytes are written in hexadecimal. */
    void (*append_address)(GString *text, const struct tl_socket *socket, void *ctx);
    /* Wireshark's number of the connection, tcp.stream; false: not known. NULL: nobody knows of such
     * numbers, and records have none. */
    bool (*tcp_stream)(const struct tl_connection *connection, uint32_t *number, void *ctx);
    void *ctx; /* for all of these */
};

TL_END_DECLS

#endif
