/* IP of either version, as its header says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/layers.h"

void decode_ip(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    if (!bytes_have(bytes, 1))
        return;
    if (bytes_8(bytes, 0) >> 4 == 4)
        decode_ipv4(decoder, bytes, layers);
    else if (bytes_8(bytes, 0) >> 4 == 6)
        decode_ipv6(decoder, bytes, layers);
}
