/* Which TCP ports are services' by IANA's list?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_SERVICE_PORTS_H
#define PCAPLIFE_SERVICE_PORTS_H

#include <stdbool.h>
#include <stdint.h>

bool is_service_port(uint16_t port);

#endif
