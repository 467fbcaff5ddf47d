/* How many packets of which kinds a decoder could not read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_PASSED_OVER_H
#define PCAPLIFE_PASSED_OVER_H

#include "command/decode/packet.h"

#include <glib.h>

/* There are few kinds. Freed by the caller with g_array_unref(). */
GArray *passed_over_new(void);

/* Something of this kind is in this frame, which counts once. `kind` lives on. */
void passed_over_note(GArray *kinds, const char *kind, uint32_t frame);

/* Adds what is in `others`. */
void passed_over_add(GArray *kinds, const GArray *others);

/* Most packets first: `*count` of them, freed by the caller with g_free(). */
struct undecoded *passed_over_list(const GArray *kinds, size_t *count);

#endif
