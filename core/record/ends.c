/* How a connection's ends are kept between two segments: folded, in half the space.
 *
 * Of an end that nothing odd happens to, SND.NXT tells what else would be kept of it; where it does
 * not, the numbers stand with the connection's oddities. Folding loses nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/ends.h"
#include "core/record/oddities.h"

#include <stddef.h>
#include <string.h>

static tl_seq usual_fin(uint32_t flags, tl_seq snd_nxt)
{
    return flags & TL_END_SENT_FIN ? snd_nxt - 1 : 0;
}

/* Both begin alike, so that most of an end is folded as it is. */
enum {
    ALIKE = offsetof(struct tl_end, state),
    ALIKE_PAST = sizeof(struct tl_kept_past)
};
_Static_assert(offsetof(struct tl_kept_end, states) == ALIKE &&
                   offsetof(struct tl_kept_end, flags) == offsetof(struct tl_end, flags) &&
                   offsetof(struct tl_kept_end, snd_nxt) == offsetof(struct tl_end, snd_nxt),
               "struct tl_end begins as struct tl_kept_end does");
_Static_assert(offsetof(struct tl_end, control_frame) - offsetof(struct tl_end, iss) ==
                   offsetof(struct tl_kept_past, control_frame),
               "from iss on it is struct tl_kept_past");

static void unfold(struct tl_end *end, const struct tl_connection *c, enum tl_role role)
{
    const struct tl_kept_end *kept = &c->kept[role];

    memcpy(end, kept, ALIKE);
    memcpy(&end->iss, &c->past[role], ALIKE_PAST);
    end->flags &= ~TL_KEPT_ONLY;
    end->presumed = (kept->flags & TL_KEPT_PRESUMED) != 0;
    end->state = kept->states & 15;
    end->left = kept->states >> 4;
    end->window_scale = kept->window_scale;
    end->checksums = kept->checksums;
    if (kept->flags & TL_KEPT_APART) {
        const struct tl_end_oddities *odd = &tl_oddities(c)->end[role];

        end->seen_nxt = odd->seen_nxt;
        end->snd_arrived = odd->snd_arrived;
        end->latest_ack = odd->latest_ack;
        end->fin = odd->fin;
        end->fin_segment = odd->fin_segment;
    } else {
        end->seen_nxt = end->snd_arrived = kept->snd_nxt;
        end->latest_ack = kept->rcv_nxt;
        end->fin = usual_fin(kept->flags, kept->snd_nxt);
        end->fin_segment = end->fin - c->fin_length[role];
    }
}

static void fold(struct tl_connection *c, enum tl_role role, const struct tl_end *end,
                 struct tl_environment *environment)
{
    struct tl_kept_end *kept = &c->kept[role];
    /* A FIN that was taken back leaves nothing behind. */
    const bool has_fin = (end->flags & TL_END_SENT_FIN) != 0;
    const uint32_t fin_length = has_fin ? end->fin - end->fin_segment : 0;
    const bool apart = ((end->seen_nxt ^ end->snd_nxt) | (end->snd_arrived ^ end->snd_nxt) |
                        (end->latest_ack ^ end->rcv_nxt)) != 0 ||
                       (has_fin && end->fin != end->snd_nxt - 1) || fin_length > UINT16_MAX;

    memcpy(kept, end, ALIKE);
    memcpy(&c->past[role], &end->iss, ALIKE_PAST);
    kept->flags |= end->presumed ? TL_KEPT_PRESUMED : 0;
    kept->states = (uint8_t)(end->state | end->left << 4);
    kept->window_scale = end->window_scale;
    kept->checksums = end->checksums;
    c->fin_length[role] = (uint16_t)fin_length;
    if (apart) {
        struct tl_end_oddities *odd = &tl_note_oddities(c, environment)->end[role];

        odd->seen_nxt = end->seen_nxt;
        odd->snd_arrived = end->snd_arrived;
        odd->latest_ack = end->latest_ack;
        odd->fin = has_fin ? end->fin : 0;
        odd->fin_segment = odd->fin - fin_length;
        kept->flags |= c->oddities ? TL_KEPT_APART : 0;
    }
}

struct tl_end tl_connection_end(const struct tl_connection *c, enum tl_role role)
{
    struct tl_end end;

    unfold(&end, c, role);
    return end;
}

void tl_life_open(struct tl_life *life, struct tl_connection *c, struct tl_environment *environment)
{
    life->connection = c;
    life->environment = environment;
    unfold(&life->end[TL_CLIENT], c, TL_CLIENT);
    unfold(&life->end[TL_SERVER], c, TL_SERVER);
}

void tl_life_close(const struct tl_life *life)
{
    fold(life->connection, TL_CLIENT, &life->end[TL_CLIENT], life->environment);
    fold(life->connection, TL_SERVER, &life->end[TL_SERVER], life->environment);
}
