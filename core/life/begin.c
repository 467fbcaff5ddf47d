/* What a connection begins with.
 *
 * It knows its first segment; it cannot know what was before the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/begin.h"

void tl_connection_begin(struct tl_connection *c, const struct tl_segment *s)
{
    for (int role = 0; role < 2; role++) {
        unsigned state = role == TL_CLIENT ? TL_CLOSED : TL_LISTEN;

        c->kept[role].window_scale = TL_SCALE_NONE;
        c->kept[role].states = (uint8_t)(state | state << 4);
    }
    c->first_frame = s->frame;
}

/* The first segment is none of a handshake: both ends were synchronized before. Nothing is
 * known of how, so there is no transition. */
void tl_begin_midstream(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;

    p->connection->flags |= TL_CONNECTION_MIDSTREAM;
    p->X->flags |= TL_END_HAS_SND_NXT;
    p->X->snd_nxt = p->X->seen_nxt = p->X->snd_arrived = s->seq;
    if (s->flags & TL_ACK) {
        p->Y->flags |= TL_END_HAS_SND_NXT;
        p->Y->snd_nxt = p->Y->seen_nxt = p->Y->snd_arrived = s->ack;
    }
    p->X->state = p->Y->state = TL_ESTABLISHED;
    p->Y->presumed = true;
    p->Y->proof = p->proof;
    p->Y->flags |= TL_END_HAS_PROOF;
    tl_log_presumption(p, p->y);
    tl_diagnose(p, p->x, TL_DIAGNOSIS_midstream, 0, 0);
}

/* A RST is all that is known: whatever it ended was before the capture. */
void tl_begin_with_reset(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;

    c->flags |= TL_CONNECTION_MIDSTREAM | TL_CONNECTION_RESET;
    tl_note_reset_by(c, p->x);
    c->at[TL_AT_RESET] = mark_of(p->segment);
    p->X->state = p->Y->state = TL_CLOSED;
    /* Should they go on, they had been synchronized. */
    p->X->left = p->Y->left = TL_ESTABLISHED;
    p->Y->presumed = true;
    tl_log_presumption(p, p->y);
    tl_diagnose(p, p->x, TL_DIAGNOSIS_midstream, 0, 0);
    tl_diagnose(p, p->x, TL_DIAGNOSIS_reset, 0, 0);
}

void tl_note_stray(struct tl_passage *p)
{
    if (p->connection->flags & TL_CONNECTION_STRAY) {
        tl_prove(p, p->x);
        return;
    }
    p->connection->flags |= TL_CONNECTION_STRAY;
    p->X->state = p->Y->state = TL_CLOSED;
    p->Y->presumed = true;
    tl_log_presumption(p, p->y);
}

void tl_connection_begin_anew(struct tl_connection *c, struct tl_connection *old,
                              const struct tl_segment *s, struct tl_environment *environment)
{
    const struct tl_oddities *kept = tl_oddities(old);
    struct tl_life life;
    struct tl_end *client = &life.end[TL_CLIENT];
    struct tl_oddities *odd;

    tl_connection_begin(c, s);
    tl_life_open(&life, c, environment);
    /* The SYN was sent and seen, though inside the old connection: it counts here, not there. */
    c->first_frame = c->at[TL_AT_SYN].frame = kept->anew.frame;
    odd = tl_note_oddities(c, environment);
    odd->found_from = s->frame;
    odd->start = odd->kept_syn = kept->anew;
    odd->end[TL_CLIENT].control = kept->anew_last;
    odd->end[TL_CLIENT].syn_retransmissions = kept->anew_repetitions;
    client->segments = kept->anew_repetitions + 1;
    if (old->kept[kept->anew_by].segments >= client->segments)
        old->kept[kept->anew_by].segments -= client->segments;
    client->last_ns = tl_mark_ns(&kept->anew_last);
    client->copy_mark = kept->anew_mark;
    client->iss = kept->anew_iss;
    client->snd_nxt = client->seen_nxt = client->snd_arrived = kept->anew_iss + 1;
    client->flags |= TL_END_HAS_ISS | TL_END_HAS_SND_NXT | TL_END_SENT_SYN;
    client->window_scale = kept->anew_window_scale;
    client->control_frame = kept->anew_last.frame;
    old->flags &= ~(uint32_t)TL_CONNECTION_SYN_ANEW;
    tl_set_state(&life, TL_CLIENT, tl_fsm_rule(TL_CLOSED, TL_SND_SYN), s->frame, s->time_ns, 0);
    tl_set_state(&life, TL_SERVER, tl_fsm_rule(TL_LISTEN, TL_RCV_SYN), s->frame, s->time_ns,
                 client->snd_nxt);
    tl_life_close(&life);
}
