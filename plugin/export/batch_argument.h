/* A -z argument that takes an optional display filter and writes on standard output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_BATCH_ARGUMENT_H
#define TCPLIFE_BATCH_ARGUMENT_H

#include "plugin/ws_compat.h"

#include <epan/packet.h> /* stat_tap_ui.h needs it */
#include <epan/stat_tap_ui.h>

/* Wireshark calls begin(argument, userdata) for every argument that begins with `name`, which must
 * stay where it is. */
void batch_argument_register(const char *name, stat_tap_init_cb begin, const void *userdata);

/* Is `argument` the name alone, or the name, a comma and a filter? *filter: that, or NULL. If it
 * is neither, the user has been told. */
bool batch_argument_parse(const char *argument, const char *name, const char **filter);

/* Tells the user what register_tap_listener() said of the filter, and frees it. */
void batch_argument_report(const char *name, GString *error);

#endif
