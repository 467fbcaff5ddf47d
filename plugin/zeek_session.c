/* See zeek_session.h.
 *
 * What the first reading of the file did not learn cannot be learnt later, so who asks must be
 * known at the first segment:
 *
 * - A -z argument, or a statistic's table, says so itself: the listeners.
 * - Whoever names one of Zeek's fields, in a filter, a column or tshark's -e, makes Wireshark
 *   register it: value_fields.c lets Wireshark do that as late as that. (That tshark -2 -e names it could
 *   not be seen otherwise: its first pass has no tree.)
 * - In Wireshark somebody may type a filter, or click, when the file has been read: there the
 *   fields are named from the beginning. It is little beside what Wireshark keeps of every frame.
 * - So they are with the preference, for whom all this does not know: tshark -V shows every field
 *   there is, and names none.
 *
 * What is left, tshark when nobody asks, learns nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/zeek_session.h"

#include "plugin/preferences.h"
#include "plugin/session.h"
#include "plugin/show/value_fields.h"

#include <epan/packet.h>

enum decision { UNDECIDED, LEARNS, IS_IDLE };

static struct {
    enum decision decision;
    struct tl_zeek *zeek; /* NULL: nothing was learnt */
} session;

static unsigned listeners;

void tcplife_zeek_listener_comes(void)
{
    listeners++;
}

void tcplife_zeek_listener_goes(void)
{
    listeners--;
}

/* ---- one reading --------------------------------------------------------------------------- */

static void begin_session(void)
{
    session.decision = UNDECIDED;
    session.zeek = NULL;
    if (tcplife_preferences.zeek || tcplife_has_window())
        tcplife_name_costly_fields();
}

static void end_session(void)
{
    session.zeek = NULL; /* its memory goes away with the file scope */
}

void tcplife_register_zeek_session(void)
{
    register_init_routine(begin_session);
    register_cleanup_routine(end_session);
}

bool tcplife_zeek_is_wanted(void)
{
    if (session.decision == UNDECIDED)
        session.decision =
            listeners > 0 || tcplife_costly_fields_are_named() ? LEARNS : IS_IDLE;
    return session.decision == LEARNS;
}

/* ---- the connections ----------------------------------------------------------------------- */

void tcplife_zeek_learn(const struct tl_connection *connection, enum tl_role sender,
                        const struct tl_zeek_packet *packet)
{
    if (session.zeek == NULL) {
        const struct tl_memory memory = tcplife_file_memory();

        session.zeek = tl_zeek_new(&memory);
        tcplife_capture_has_zeek(session.zeek);
    }
    if (session.zeek != NULL)
        tl_zeek_segment(session.zeek, tl_connection_number(connection), sender, packet);
}
