/* The connections that a display filter chooses: those of which a packet passes it.
 *
 * What a filter asks of final fields is judged at the end, not when the packet passes: in one pass nothing
 * final is known then. So the filter is taken apart: what its other tests say of each packet is kept, and
 * combined with what its final tests say of the whole connection when somebody wants to know.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_CHOICE_H
#define TCPLIFE_CHOICE_H

#include "plugin/protocol.h"

#include <epan/epan_dissect.h>
#include <glib.h>

#include <stdbool.h>

struct choice;

/* `filter` must be valid, or nobody will ask what was chosen; NULL: all that choice_see() sees. */
struct choice *choice_new(const char *filter);
void choice_free(struct choice *choice);

/* Which packets choice_see() has to see: as Wireshark's tap listeners want it. NULL: all of the tap. It
 * lives as long as the choice. */
const char *choice_listens_to(const struct choice *choice);

/* Is it for choice_listens_to() to choose, or was the filter that a listener has enough? */
bool choice_is_judged(const struct choice *choice);

/* A packet. False: it teaches nothing new. Where a filter cannot be judged in tshark's only pass, the user
 * is told, and the program ends. */
bool choice_see(struct choice *choice, epan_dissect_t *edt, const struct tcplife_packet *packet);

/* Begins anew. */
void choice_reset(struct choice *choice);

/* The connections, as a connection_set, by all that is known now; the choice's own, until it is asked again. */
const GByteArray *choice_made(struct choice *choice);

#endif
