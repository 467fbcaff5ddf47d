/* The tracker: every connection of a capture, found by its two sockets.
 *
 *   feed every segment once, in capture order      tl_tracker_segment()
 *   ask about any of them later, in any order      tl_tracker_find(), then connection.h
 *   ask about whole connections                    tl_tracker_connection(), summary.h
 *
 * It knows which incarnation a segment belongs to; it cannot know what was
 * never captured. Read first: RFC 9293, section 3.4.3 (the TCP quiet time
 * concept) and 3.6.1; RFC 6191 (reuse of TIME-WAIT).
 *
 * A tracker is used by one thread at a time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TRACKER_H
#define TCPLIFE_TRACKER_H

#include "tcplife/connection.h"
#include "tcplife/memory.h"
#include "tcplife/segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

TL_BEGIN_DECLS

struct tl_half_open_note;
struct tl_host_note;

struct tl_config {
    /* Maximum Segment Lifetime (RFC 9293, section 3.4.2), in nanoseconds; TIME-WAIT lasts twice as long. At most 73
     * years; what is longer is taken as that, and what is negative as 0. */
    int64_t msl_ns;
    int64_t close_wait_limit_ns; /* CLOSE-WAIT for longer is called lingering; 0: never */
    /* So many half-open connections to one server, begun within the window, are a SYN flood;
     * 0: never. */
    uint32_t syn_flood_threshold;
    int64_t syn_flood_window_ns;
    /* Told of half-open connections; then SYN floods are looked for elsewhere (floods.h), and not here. NULL: nobody
     * is. */
    void (*half_open)(void *ctx, const struct tl_half_open_note *note);
    /* Told of what hosts show of their checksums, and asked about (hosts.h). NULL: nobody is. */
    void (*host)(void *ctx, const struct tl_host_note *note);
    /* Is this TCP port a registered service's? Decides who is the client in mid-stream.
     * NULL: no port is. */
    bool (*is_service)(void *ctx, uint16_t port);
    void *ctx;
    uint64_t seed[2];  /* random, per run: the sockets are the network's choice */
    bool no_shortcuts; /* for tests: ordinary segments, too, go through all rules */
};

#define TL_DEFAULT_MSL_NS (INT64_C(30) * 1000000000)

struct tl_tracker;

/* NULL: memory ran out. `memory` and `config` are copied. */
TL_API struct tl_tracker *tl_tracker_new(const struct tl_memory *memory,
                                         const struct tl_config *config);
/* Gives everything back, connections included. NULL is fine. A caller whose memory goes away
 * as a whole need not call it. */
TL_API void tl_tracker_free(struct tl_tracker *tracker);

/* Learns from a segment; returns its connection, owned by the tracker, and who sent it.
 * NULL: memory ran out. Segments come in the order of their frames. */
TL_API struct tl_connection *tl_tracker_segment(struct tl_tracker *tracker,
                                                const struct tl_segment *segment,
                                                enum tl_role *sender);

/* A segment's connection, owned by the tracker, and who sent it. */
struct tl_taken {
    struct tl_connection *connection; /* NULL: memory ran out */
    enum tl_role sender;
};

/* Learns from several segments, one after the other; taken[i] is what tl_tracker_segment() would say
 * of segments[i]. Of many connections at once it takes them in several times as fast, since what
 * the tracker knows of the next ones is on its way from memory already. */
TL_API void tl_tracker_segments(struct tl_tracker *tracker, const struct tl_segment *segments,
                                size_t count, struct tl_taken *taken);

/* Several trackers may share a capture, so that all segments between two sockets are one's (networks and directions
 * apart, too). Each is told before its next segment how many went to the others since its last one: then the capture's
 * last segments are the same ones for all. A segment from a socket to itself counts twice. `has_plain`: one of them had
 * ACK, and neither SYN, FIN nor RST, so the capture does not consist of such alone. What trackers cannot know of each other:
 * SYN floods (floods.h), what the connections of a host tell of its wrong checksums (hosts.h), and the numbers of
 * connections. */
TL_API void tl_tracker_elsewhere(struct tl_tracker *tracker, uint64_t count, bool has_plain);
/* What another tracker's segment, which lies before the next one of this tracker, has shown of a host (hosts.h). */
TL_API void tl_tracker_host_elsewhere(struct tl_tracker *tracker, const struct tl_host_note *note);

/* Learns from an ICMP(v6) error (icmp.h; RFC 1122, section 4.2.3.9) that quotes a TCP segment from `source` to
 * `destination` with sequence number `seq`. Only what is said about a SYN changes anything. `frame` and `time_ns` are
 * those of the error, as a segment's would be. Returns the connection that it changed, or NULL: none. */
TL_API struct tl_connection *tl_tracker_icmp_error(struct tl_tracker *tracker, uint32_t frame,
                                                   int64_t time_ns, const struct tl_socket *source,
                                                   const struct tl_socket *destination, tl_seq seq,
                                                   uint8_t icmp_type, uint8_t icmp_code);

/* The connection that a segment already learnt belongs to, and who sent it. NULL: unknown. Of the
 * segment, frame, part, network and sockets are looked at; the other one is for a frame's last part, in no network. */
TL_API struct tl_connection *tl_tracker_find_segment(struct tl_tracker *tracker,
                                                     const struct tl_segment *segment,
                                                     enum tl_role *sender);
TL_API struct tl_connection *tl_tracker_find(struct tl_tracker *tracker, uint32_t frame,
                                             const struct tl_socket *source,
                                             const struct tl_socket *destination,
                                             enum tl_role *sender);

/* Connections are numbered from 0 in the order of their first segments, as long as none is forgotten; the
 * count is one more than the highest number. NULL: nobody has that number. */
TL_API uint32_t tl_tracker_connection_count(const struct tl_tracker *tracker);
TL_API struct tl_connection *tl_tracker_connection(const struct tl_tracker *tracker,
                                                   uint32_t number);
/* How many connections began before that one: its number, unless others were forgotten. It counts up to 2^32,
 * and then from 0 again. (Without a tracker, which may be NULL, none was forgotten.) */
TL_API uint32_t tl_tracker_ordinal(const struct tl_tracker *tracker,
                                   const struct tl_connection *connection);

/* The connections before and after it on the same two sockets, or NULL: none. */
TL_API struct tl_connection *tl_tracker_previous(const struct tl_tracker *tracker,
                                                 const struct tl_connection *connection);
TL_API struct tl_connection *tl_tracker_next(const struct tl_tracker *tracker,
                                             const struct tl_connection *connection);

/* ---- for programs that never end ------------------------------------------------------------- */

/* Ends what time alone ends by `now_ns`, nanoseconds since the epoch, which may be any number: an end leaves TIME-WAIT after 2 MSL (RFC
 * 9293, section 3.6.1), a CLOSE-WAIT is called lingering. Else that is noticed when the connection's next
 * segment comes. The change is written down at `frame`, the number that the next segment's frame will have at
 * least. Looks at every connection. */
TL_API void tl_tracker_clock(struct tl_tracker *tracker, uint32_t frame, int64_t now_ns);

/* Why a connection is forgotten. */
enum tl_farewell {
    TL_OVER, /* none of its ends is alive, and its last segment is 2 MSL old: copies of them have died out */
    TL_IDLE  /* nothing of it was captured for a long time */
};
typedef void tl_farewell_function(void *ctx, const struct tl_connection *connection,
                                  enum tl_farewell why);

/* Forgets the connections that are over by `now_ns`, and, where `idle_ns` is not 0, those of which nothing was
 * captured for so long; for 3 minutes is enough while an end is in SYN-SENT or SYN-RECEIVED, for then nobody tries
 * any more (R2 of a SYN: RFC 9293, section 3.8.3). `farewell`, if not NULL, is called with each before it goes; it may ask the tracker
 * about it, and change nothing. Afterwards pointers to these connections are not to be used, their numbers
 * are given again, and their memory is. A segment that comes later on their sockets begins a new
 * connection. Returns how many were forgotten. Looks at every connection. */
TL_API uint32_t tl_tracker_forget(struct tl_tracker *tracker, int64_t now_ns, int64_t idle_ns,
                                  tl_farewell_function *farewell, void *ctx);

/* Was there ever no memory for something that it had to learn? What it says may be less than the capture told. */
TL_API bool tl_tracker_out_of_memory(const struct tl_tracker *tracker);

TL_END_DECLS

#endif
