/* An ICMP error about a SYN.
 *
 * Read first: RFC 1122, section 4.2.3.9; RFC 5927.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/rejection.h"
#include "core/life/passage.h"

/* Is it the destination itself that says that it has no such port or protocol (RFC 1122, section
 * 3.2.2.1; RFC 4443, section 3.1)? What a router says is nothing about the destination's state. */
static bool is_of_destination(uint8_t icmp_type, uint8_t icmp_code)
{
    enum { UNREACHABLE = 3, NO_PROTOCOL = 2, NO_PORT = 3, UNREACHABLE_V6 = 1, NO_PORT_V6 = 4 };

    return (icmp_type == UNREACHABLE && (icmp_code == NO_PROTOCOL || icmp_code == NO_PORT)) ||
           (icmp_type == UNREACHABLE_V6 && icmp_code == NO_PORT_V6);
}

bool tl_connection_icmp_error(struct tl_connection *c, uint32_t frame, int64_t time_ns,
                              enum tl_role quoted_sender, tl_seq quoted_seq, uint8_t icmp_type,
                              uint8_t icmp_code, struct tl_environment *environment)
{
    const enum tl_role other = tl_other(quoted_sender);
    int number = tl_fsm_rule(tl_connection_state(c, quoted_sender), TL_ICMP_REJECTION);
    struct tl_life life;
    struct tl_end *end = &life.end[quoted_sender];

    if (number < 0)
        return false;
    tl_life_open(&life, c, environment);
    if (!has(end, TL_END_HAS_ISS) || quoted_seq != end->iss)
        return false;
    tl_set_state(&life, quoted_sender, number, frame, time_ns, 0);
    end->flags &= ~(uint32_t)TL_END_HAS_PROOF; /* nothing that it can acknowledge */
    number = tl_fsm_rule((enum tl_state)life.end[other].state, TL_REFUSAL);
    if (number >= 0 && life.end[other].presumed && is_of_destination(icmp_type, icmp_code))
        tl_set_state(&life, other, number, frame, time_ns, 0);
    c->flags |= TL_CONNECTION_REJECTED;
    tl_add_diagnosis(&life, frame, other, TL_DIAGNOSIS_rejected, c->at[TL_AT_SYN].frame,
                     (uint32_t)icmp_type << 8 | icmp_code);
    tl_life_close(&life);
    return true;
}
