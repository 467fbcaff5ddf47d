/* The values of a connection's life (output/records/values.c) as Wireshark's fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_VALUE_FIELDS_H
#define TCPLIFE_VALUE_FIELDS_H

#include "output/records/values.h"

#include <epan/proto.h>
#include <epan/tvbuff.h>

#include <stdbool.h>

void tcplife_register_value_fields(void);

/* Does anybody look at one of that kind? */
bool tcplife_value_fields_are_wanted(proto_tree *tree, enum value_finality finality);

/* Is it, by Wireshark's number, one of those that are right at the end only? */
bool tcplife_value_field_is_final(int field);

/* Adds those of that kind that the life has. */
void tcplife_add_value_fields(proto_tree *tree, tvbuff_t *tvb, const struct known_life *life,
                              enum value_finality finality);

/* Costly fields, Zeek's words, are registered when somebody first names one: did anybody? And do it
 * oneself. */
bool tcplife_costly_fields_are_named(void);
void tcplife_name_costly_fields(void);

#endif
