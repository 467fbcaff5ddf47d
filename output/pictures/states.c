/* The states beside the lines, and which lines cross.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/states.h"

#include "output/pictures/drawing.h"
#include "tcplife/fsm.h"

/* Two answers to segments that crossed are as good as simultaneous. */
static const int64_t CROSSING_NS = 200 * INT64_C(1000000);

/* ---- what crosses -------------------------------------------------------------------------- */

static bool has_diagnosis(const struct drawing *d, unsigned i, enum tl_diagnosis diagnosis)
{
    const struct tl_changes changes = drawing_changes(d, i);

    for (uint32_t k = 0; k < changes.count; k++) {
        if (changes.at[k].kind == TL_DIAGNOSIS && changes.at[k].code == diagnosis)
            return true;
    }
    return false;
}

static bool is_arrow(const struct drawing *d, unsigned i)
{
    return drawing_line(d, i)->kind == PICTURE_SEGMENT && drawing_line(d, i)->loss == PICTURE_ARRIVES;
}

/* Two SYNs or FINs that cross; and the two answers to such a pair, each sent when the other's
 * segment arrived. */
static bool crosses(const struct drawing *d, unsigned i)
{
    const struct row *row = strip_row(d->strip, i), *above;

    if (i == 0 || !is_arrow(d, i) || !is_arrow(d, i - 1) || drawing_line(d, i - 1)->crosses)
        return false;
    above = strip_row(d->strip, i - 1);
    if (above->sender == row->sender)
        return false;
    if (has_diagnosis(d, i, TL_DIAGNOSIS_simultaneous_open) ||
        has_diagnosis(d, i, TL_DIAGNOSIS_simultaneous_close))
        return (above->flags & row->flags & (TL_SYN | TL_FIN)) != 0;
    return i >= 3 && drawing_line(d, i - 2)->crosses && strip_row(d->strip, i - 2)->sender == row->sender &&
           row->time_ns - above->time_ns < CROSSING_NS &&
           /* It does not acknowledge what the one above says for the first time. */
           (span_of(above) == 0 || above->seq == strip_row(d->strip, i - 3)->seq ||
            (row->flags & TL_ACK) == 0 || tl_seq_lt(row->ack, above->seq + span_of(above)));
}

/* The state of the sender of a crossing line when it sent it: before the other one arrived. */
static enum tl_state state_at_crossing(const struct drawing *d, unsigned i)
{
    const enum tl_role sender = strip_row(d->strip, i)->sender;
    const struct tl_changes changes = drawing_changes(d, i);

    for (uint32_t k = 0; k < changes.count; k++) {
        if (tl_change_rule(&changes.at[k]) != NULL && tl_change_end(&changes.at[k]) == sender &&
            (tl_change_rule(&changes.at[k])->event == TL_SND_SYN ||
             tl_change_rule(&changes.at[k])->event == TL_SND_FIN_CROSSING))
            return tl_change_rule(&changes.at[k])->to;
    }
    return i >= 2 ? strip_row(d->strip, i - 2)->states.state[sender] : TL_CLOSED;
}

/* ---- the states beside the lines ----------------------------------------------------------- */

static struct picture_state state_of(const struct tl_states *now, const struct tl_states *before,
                                     enum tl_role end)
{
    return (struct picture_state){
        .state = now->state[end],
        .presumed = now->presumed[end],
        .changed = now->state[end] != before->state[end] ||
                   now->presumed[end] != before->presumed[end],
    };
}

void picture_set_states(const struct drawing *d, struct tl_states before)
{
    bool not_shown[2] = {false}; /* changed by what is drawn as not arriving */

    for (unsigned i = 0; i < d->lines->len; i++) {
        struct picture_line *line = drawing_line(d, i);
        const enum tl_role x = line->sender, y = tl_other(line->sender);

        line->departure = state_of(&line->states, &before, x);
        line->arrival = state_of(&line->states, &before, y);
        line->arrival.taken_back = line->loss == PICTURE_LOST && line->arrival.changed;
        if (line->loss == PICTURE_ARRIVES) {
            line->arrival.changed |= not_shown[y];
            not_shown[y] = false;
        } else {
            not_shown[y] |= line->loss == PICTURE_UNANSWERED && line->arrival.changed;
        }
        line->departure.changed |= not_shown[x];
        not_shown[x] = false;
        line->crosses = crosses(d, i);
        if (line->crosses) {
            struct picture_line *above = drawing_line(d, i - 1);

            line->departure.state = state_at_crossing(d, i);
            line->departure.presumed = false;
            line->departure.changed = true;
            above->arrival.state = line->states.state[x];
            above->arrival.presumed = line->states.presumed[x];
        }
        before = line->states;
    }
}
