/* The version of these headers, and of the library that a program runs with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_VERSION_H
#define TCPLIFE_VERSION_H

#include "tcplife/api.h"

/* While the first number is 0, programs are compiled anew when the second one changes. */
#define TL_VERSION "0.1.0"

TL_BEGIN_DECLS

/* The library's, e.g. "0.1.0". */
TL_API const char *tl_version(void);

TL_END_DECLS

#endif
