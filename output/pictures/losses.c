/* What did not arrive: a segment is lost where its receiver shows that it did not get it, and
 * unanswered where its sender repeats it or gives up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/losses.h"

#include "output/pictures/drawing.h"
#include "tcplife/fsm.h"

/* The number of lines at frames before `frame`: frames never fall. */
static unsigned lines_before(const struct drawing *d, uint32_t frame)
{
    unsigned low = 0, high = d->strip->rows->len;

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;

        if (strip_row(d->strip, middle)->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void mark_frame(const struct drawing *d, uint32_t frame, enum picture_loss loss)
{
    for (unsigned i = lines_before(d, frame);
         i < d->lines->len && strip_row(d->strip, i)->frame == frame; i++) {
        struct picture_line *line = drawing_line(d, i);

        if (line->kind == PICTURE_SEGMENT)
            line->loss = MAX(line->loss, loss);
    }
}

/* Line `i` shows that what had moved its sender did not reach it. */
static void mark_disproved(const struct drawing *d, unsigned i)
{
    const struct row *again = strip_row(d->strip, i);
    const uint8_t control = again->flags & (TL_SYN | TL_FIN);

    while (i-- > 0) {
        const struct row *row = strip_row(d->strip, i);
        struct tl_changes changes;

        if (row->quoted || row->is_run)
            continue;
        if (row->sender == again->sender) {
            if ((row->flags & control) != 0 && row->seq == again->seq)
                return; /* the segment that is repeated */
            continue;
        }
        changes = drawing_changes(d, i);
        for (uint32_t k = 0; k < changes.count; k++) {
            if (tl_change_rule(&changes.at[k]) != NULL &&
                tl_change_end(&changes.at[k]) == again->sender &&
                tl_change_rule(&changes.at[k])->evidence == TL_PRESUMES)
                drawing_line(d, i)->loss = PICTURE_LOST;
        }
    }
}

/* Line `i` repeats a segment: did anything acknowledge it in between? */
static void mark_unanswered(const struct drawing *d, unsigned i)
{
    const struct row *again = strip_row(d->strip, i);

    while (i-- > 0) {
        const struct row *row = strip_row(d->strip, i);

        if (row->sender != again->sender) {
            if (row->quoted || row->is_run ||
                ((row->flags & TL_ACK) != 0 && tl_seq_ge(row->ack, again->seq + span_of(again))))
                return;
        } else if (!row->is_run && row->seq == again->seq && span_of(row) == span_of(again)) {
            drawing_line(d, i)->loss = MAX(drawing_line(d, i)->loss, PICTURE_UNANSWERED);
            return;
        }
    }
}

/* All that the sender of line `i` has sent since `frame`. */
static void mark_attempts(const struct drawing *d, unsigned i, uint32_t frame)
{
    const enum tl_role sender = strip_row(d->strip, i)->sender;

    while (i-- > 0 && strip_row(d->strip, i)->frame >= frame) {
        if (strip_row(d->strip, i)->sender == sender && !strip_row(d->strip, i)->is_run)
            drawing_line(d, i)->loss = MAX(drawing_line(d, i)->loss, PICTURE_UNANSWERED);
    }
}

/* From here on nothing comes back any more: all lines are segments of the same end. */
static unsigned first_of_last_words(const struct drawing *d)
{
    unsigned i = d->lines->len - 1;

    while (i > 0 && !strip_row(d->strip, i)->is_run && !strip_row(d->strip, i)->quoted &&
           strip_row(d->strip, i - 1)->sender == strip_row(d->strip, i)->sender)
        i--;
    return strip_row(d->strip, i)->is_run || strip_row(d->strip, i)->quoted ? i + 1 : i;
}

static bool is_sent_again(enum tl_event event)
{
    return event == TL_SND_SYN_AGAIN || event == TL_SND_SYN_ACK_AGAIN ||
           event == TL_SND_FIN_AGAIN || event == TL_SND_FIN_AGAIN_ACKING_FIN;
}

static void mark_losses_shown_by(const struct drawing *d, unsigned i, unsigned last_words)
{
    const struct row *row = strip_row(d->strip, i);
    const struct tl_changes changes = drawing_changes(d, i);
    bool again = row->timed_out, disproves = false;

    for (uint32_t k = 0; k < changes.count; k++) {
        const struct tl_change *change = &changes.at[k];
        const struct tl_rule *rule = tl_change_rule(change);

        if (rule != NULL && rule->evidence == TL_DISPROVES && is_sent_again(rule->event))
            disproves = true;
        if (change->kind != TL_DIAGNOSIS)
            continue;
        switch (tl_change_diagnosis(change)) {
        case TL_DIAGNOSIS_handshake_ack_lost:
        case TL_DIAGNOSIS_last_ack_lost:
            mark_frame(d, tl_change_about(change), PICTURE_LOST);
            break;
        case TL_DIAGNOSIS_keepalive_unanswered:
            mark_frame(d, tl_change_about(change), PICTURE_UNANSWERED);
            break;
        case TL_DIAGNOSIS_silent_peer:
        case TL_DIAGNOSIS_dead_peer:
            if (tl_change_about(change) != 0)
                mark_attempts(d, i, tl_change_about(change));
            break;
        case TL_DIAGNOSIS_syn_retransmitted:
        case TL_DIAGNOSIS_synack_retransmitted:
        case TL_DIAGNOSIS_fin_retransmitted:
            again = true;
            break;
        default:
            break;
        }
    }
    if (disproves)
        mark_disproved(d, i);
    else if (again)
        mark_unanswered(d, i);
    if (again && i >= last_words)
        drawing_line(d, i)->loss = MAX(drawing_line(d, i)->loss, PICTURE_UNANSWERED);
}

void picture_mark_losses(const struct drawing *d)
{
    const unsigned last_words = first_of_last_words(d);

    for (unsigned i = 0; i < d->lines->len; i++)
        mark_losses_shown_by(d, i, last_words);
}
