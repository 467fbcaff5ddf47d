/* Which TCP ports are services' by IANA's list? For struct tl_config's is_service.
 *
 * The same list, whatever the Wireshark around it knows: so all say the same of a capture that begins in
 * mid-stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SERVICE_PORTS_H
#define TCPLIFE_SERVICE_PORTS_H

#include "tcplife/api.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

/* Is the port a registered TCP service's? */
TL_API bool tl_is_service_port(uint16_t port);

TL_END_DECLS

#endif
