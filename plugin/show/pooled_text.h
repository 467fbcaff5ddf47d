/* From output's texts to Wireshark's memory, which goes away with the packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_POOLED_TEXT_H
#define TCPLIFE_POOLED_TEXT_H

#include <wireshark.h>
#include <wsutil/wmem/wmem.h>

/* A copy in the pool; `text` is freed, so that an exception later on leaves nothing behind. */
static inline const char *tcplife_pooled_text(wmem_allocator_t *pool, GString *text)
{
    const char *copy = wmem_strdup(pool, text->str);

    g_string_free(text, TRUE);
    return copy;
}

#endif
