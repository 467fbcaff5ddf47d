/* From when on a silence is worth a line of the picture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_LIMITS_H
#define TCPLIFE_OUTPUT_LIMITS_H

#include <stdint.h>

static const int64_t SILENCE_NS = INT64_C(1000000000);

#endif
