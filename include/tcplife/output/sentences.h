/* Sentences a person reads: what a segment did, what is wrong, what became of a connection.
 *
 * All of them append to a text that is the caller's. None ends in a line break.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_SENTENCES_H
#define TCPLIFE_OUTPUT_SENTENCES_H

#include <glib.h>

#include "tcplife/output/capture.h"
#include "tcplife/summary.h"

#include <stdbool.h>

TL_BEGIN_DECLS

/* Never NULL. */
TL_API const char *tl_role_name(enum tl_role role);             /* "client", "server" */
TL_API const char *tl_severity_name(enum tl_severity severity); /* "chat" … "error" */

/* A segment, and what is known of its connection after it. */
struct tl_seen_segment {
    const struct tl_segment *segment; /* an ICMP error's: only sockets and seq are filled */
    const struct tl_connection *connection;
    enum tl_role sender; /* means nothing with `quoted` */
    /* The segment is quoted inside an ICMP error: evidence about the connection, not a
     * segment of it. */
    bool quoted;

    struct tl_states states;   /* after the segment */
    struct tl_changes changes; /* by this segment */
    enum tl_ignored ignored;   /* tl_connection_ignored_at_part(); of what is quoted TL_NOT_IGNORED */

    /* What is taken off each end's sequence numbers before they are shown, by enum tl_role. 0: they are
     * shown as captured. */
    tl_seq base[2];
};

/* "client ESTABLISHED -> FIN-WAIT-1", of a TL_TRANSITION. */
TL_API void tl_append_transition(GString *text, const struct tl_change *change);

/* What this segment does, and why the states are now what they are. False: it makes no step, no
 * transition and no diagnosis, and there is nothing to say. */
TL_API bool tl_append_explanation(GString *text, const struct tl_capture *capture,
                                  const struct tl_seen_segment *seen);

/* One sentence for a TL_DIAGNOSIS. It depends on nothing that a later segment may change. */
TL_API void tl_append_diagnosis(GString *text, const struct tl_capture *capture,
                                const struct tl_connection *connection,
                                const struct tl_change *change);

/* The same of one at a segment, whose sequence numbers are shown as the segment's are. */
TL_API void tl_append_diagnosis_at(GString *text, const struct tl_capture *capture,
                                   const struct tl_seen_segment *seen,
                                   const struct tl_change *change);

/* The life of a connection in one line. */
TL_API void tl_append_summary(GString *text, const struct tl_capture *capture,
                              const struct tl_connection *connection,
                              const struct tl_summary *summary);

/* An end's address, as RFC 5952 has it, never its name: "192.0.2.1", "2001:db8::1". */
TL_API void tl_append_address(GString *text, const struct tl_capture *capture,
                              const struct tl_socket *socket);
/* The same with its port: "192.0.2.1:80", "[2001:db8::1]:80". */
TL_API void tl_append_socket(GString *text, const struct tl_capture *capture,
                             const struct tl_socket *socket);

/* Is it an address of IPv6's? Not of another kind that is as long. */
TL_API bool tl_is_ipv6(const struct tl_capture *capture, const struct tl_socket *socket);

TL_END_DECLS

#endif
