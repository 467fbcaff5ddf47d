/* A text on its way from output to Wireshark, which copies it at once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SCRATCH_H
#define TCPLIFE_SCRATCH_H

#include <glib.h>

/* Empty, until the next call. It is kept for good: Wireshark leaves a tree that grows too long by an
 * exception, and then nobody could free it. */
GString *tcplife_scratch(void);

#endif
