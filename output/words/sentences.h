/* Sentences a person reads: what a segment did, what is wrong, what became of a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SENTENCES_H
#define TCPLIFE_SENTENCES_H

#include "plugin/protocol.h"
#include "tcplife/summary.h"

#include <wireshark.h>
#include <wsutil/wmem/wmem.h>

const char *tcplife_role_name(enum tl_role role); /* "client", "server" */

const char *tcplife_severity_name(enum tl_severity severity); /* "chat" … "error" */

/* "client ESTABLISHED -> FIN-WAIT-1", of a TL_TRANSITION. */
char *tcplife_transition_text(wmem_allocator_t *scope, const struct tl_change *change);

/* One sentence: what this segment does, and why the states are now what they are.
 * NULL: it makes no step, no transition and no diagnosis. */
char *tcplife_explain(wmem_allocator_t *scope, const struct tcplife_packet *packet);

/* One sentence for a TL_DIAGNOSIS. It depends on nothing that a later segment may change. */
char *tcplife_diagnosis_sentence(wmem_allocator_t *scope, const struct tl_connection *connection,
                                 const struct tl_change *change);

/* The life of a connection in one line. */
char *tcplife_summary_line(wmem_allocator_t *scope, const struct tl_connection *connection,
                           const struct tl_summary *summary);

/* An end's address as Wireshark writes it, without name resolution. */
char *tcplife_address_text(wmem_allocator_t *scope, const struct tl_socket *socket);
/* The same with its port: "192.0.2.1:80", "[2001:db8::1]:80". */
char *tcplife_socket_text(wmem_allocator_t *scope, const struct tl_socket *socket);

#endif
