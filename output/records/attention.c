/* See attention.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/records/attention.h"

enum tl_diagnosis trouble_of_open(enum tl_open open)
{
    switch (open) {
    case TL_OPEN_UNANSWERED: return TL_DIAGNOSIS_unanswered;
    case TL_OPEN_REFUSED: return TL_DIAGNOSIS_refused;
    case TL_OPEN_REJECTED: return TL_DIAGNOSIS_rejected;
    case TL_OPEN_HALF_OPEN: return TL_DIAGNOSIS_half_open;
    case TL_OPEN_ABORTED: return TL_DIAGNOSIS_aborted;
    default: return TL_DIAGNOSIS_COUNT;
    }
}

enum tl_diagnosis trouble_of_close(enum tl_close close)
{
    switch (close) {
    case TL_CLOSE_RESET: return TL_DIAGNOSIS_reset;
    case TL_CLOSE_RESET_WHILE_CLOSING: return TL_DIAGNOSIS_reset_while_closing;
    case TL_CLOSE_DEAD_PEER: return TL_DIAGNOSIS_dead_peer;
    default: return TL_DIAGNOSIS_COUNT;
    }
}

void attention_find(const struct tl_capture *capture, const struct tl_connection *connection,
                    attention_take *take, void *to)
{
    const struct tl_changes changes = tl_connection_changes(connection);
    const struct tl_summary summary = tl_summarize_until(connection, capture->end_ns);
    const uint32_t reset = tl_connection_milestone(connection, TL_AT_RESET);
    const struct attention of_life[] = {
        {trouble_of_open(summary.open), tl_connection_first_frame(connection), NULL,
         tl_open_words(summary.open)},
        {trouble_of_close(summary.close),
         reset != 0 ? reset : tl_connection_last_frame(connection), NULL,
         tl_close_words(summary.close)},
    };
    bool is_said[2] = {false};

    for (uint32_t i = 0; i < changes.count; i++) {
        const struct tl_change *change = &changes.at[i];
        enum tl_diagnosis diagnosis;
        bool is_trouble = false;

        if (change->kind != TL_DIAGNOSIS)
            continue;
        diagnosis = tl_change_diagnosis(change);
        for (int j = 0; j < 2; j++)
            if (of_life[j].diagnosis == diagnosis)
                is_trouble = is_said[j] = true;
        if (is_trouble || tl_diagnosis_severity(diagnosis) >= TL_WARN)
            take(to, &(struct attention){diagnosis, change->frame, change, NULL});
    }
    for (int j = 0; j < 2; j++)
        if (of_life[j].diagnosis != TL_DIAGNOSIS_COUNT && !is_said[j])
            take(to, &of_life[j]);
}
