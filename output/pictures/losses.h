/* What did not arrive, as far as later segments show it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_LOSSES_H
#define TCPLIFE_OUTPUT_LOSSES_H

struct drawing;

void picture_mark_losses(const struct drawing *d);

#endif
