/* The few words that nearly all sentences and records have in common.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/text.h"
#include "tcplife/output/sentences.h"

const char *tl_severity_name(enum tl_severity severity)
{
    static const char *const names[] = {
        [TL_CHAT] = "chat", [TL_NOTE] = "note", [TL_WARN] = "warn", [TL_ERROR] = "error"};

    return names[severity];
}

const char *tl_role_name(enum tl_role role)
{
    return role == TL_CLIENT ? "client" : "server";
}

void tl_append_transition(GString *text, const struct tl_change *change)
{
    text_append(text, tl_role_name(tl_change_end(change)));
    g_string_append_c(text, ' ');
    text_append(text, tl_state_name(tl_change_from(change)));
    text_append(text, " -> ");
    text_append(text, tl_state_name(tl_change_to(change)));
}
