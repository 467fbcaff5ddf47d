/* Everything that can be filtered by (contract, section 4), as fields in the packet's tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_FIELDS_H
#define TCPLIFE_FIELDS_H

#include "plugin/protocol.h"

#include <epan/proto.h>
#include <epan/tvbuff.h>

void tcplife_register_fields(void);

/* Will anybody see the fields, or ask for one? */
bool tcplife_fields_are_looked_at(proto_tree *tree);

/* …or read what is said of the segment in words? */
bool tcplife_sentences_are_looked_at(proto_tree *tree);

/* Adds "TCP Lifecycle" to the tree, if there is one and somebody looks at it. Returns the item
 * that expert infos go to, or NULL. */
proto_item *tcplife_add_fields(proto_tree *tree, tvbuff_t *tvb,
                               const struct tcplife_packet *packet);

#endif
