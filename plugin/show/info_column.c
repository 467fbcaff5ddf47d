/* Step and states in front of the Info column: "[handshake 2 | ESTABLISHED? | SYN-RECEIVED] …".
 *
 * In front, since Flow Graph shows the beginning of Info beside its arrows. The
 * question mark stands for "presumed".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/show/info_column.h"

#include "plugin/preferences.h"

#include <epan/column-utils.h>
#include <epan/packet.h>

bool tcplife_info_column_is_on(void)
{
    return tcplife_preferences.info_column;
}

static void append_steps(wmem_strbuf_t *text, const struct tcplife_packet *packet)
{
    for (uint32_t i = 0; i < packet->seen.changes.count; i++) {
        struct tl_step step;

        if (tl_change_step(&packet->seen.changes.at[i], &step))
            wmem_strbuf_append_printf(text, "%s %u | ",
                                      step.is_teardown ? "teardown" : "handshake", step.number);
    }
}

void tcplife_add_to_info_column(packet_info *pinfo, const struct tcplife_packet *packet)
{
    const struct tl_states *states = &packet->seen.states;
    wmem_strbuf_t *text;

    if (!tcplife_info_column_is_on())
        return;
    text = wmem_strbuf_new(pinfo->pool, "[");
    append_steps(text, packet);
    wmem_strbuf_append_printf(text, "%s%s | %s%s] ", tl_state_name(states->state[TL_CLIENT]),
                              states->presumed[TL_CLIENT] ? "?" : "",
                              tl_state_name(states->state[TL_SERVER]),
                              states->presumed[TL_SERVER] ? "?" : "");
    col_prepend_fstr(pinfo->cinfo, COL_INFO, "%s", wmem_strbuf_get_str(text));
}
