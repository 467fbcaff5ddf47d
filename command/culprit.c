/* See culprit.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/culprit.h"

#include "command/reading.h"
#include "output/pictures/ladder.h"
#include "output/pictures/make_picture.h"
#include "tcplife/output/sentences.h"

#include <inttypes.h>
#include <string.h>

enum { EXPERTS = 5, LADDER_LINES = 80 }; /* what a person reads of one connection */

void culprit_append_line(GString *text, const struct reading *reading,
                         const struct tl_connection *connection)
{
    const struct tl_capture *capture = &reading->capture;
    const struct tl_summary summary = tl_summarize_until(connection, capture->end_ns);
    const uint32_t first = tl_connection_first_frame(connection);
    const uint32_t last = tl_connection_last_frame(connection);

    g_string_append_printf(text, "connection %" PRIu32 ", ",
                           tl_tracker_ordinal(capture->tracker, connection));
    if (first == last)
        g_string_append_printf(text, "frame %" PRIu32 ": ", first);
    else
        g_string_append_printf(text, "frames %" PRIu32 " to %" PRIu32 ": ", first, last);
    tl_append_summary(text, capture, connection, &summary);
}

static bool is_to_look_at(const struct tl_change *change)
{
    return change->kind == TL_DIAGNOSIS &&
           tl_diagnosis_severity(tl_change_diagnosis(change)) >= TL_WARN;
}

void culprit_append_experts(GString *text, const struct reading *reading,
                            const struct tl_connection *connection)
{
    const struct tl_changes changes = tl_connection_changes(connection);
    unsigned count = 0;

    for (uint32_t i = 0; i < changes.count; i++) {
        const struct tl_change *change = &changes.at[i];

        if (!is_to_look_at(change) || count++ >= EXPERTS)
            continue;
        g_string_append_printf(
            text, "    frame %" PRIu32 ", %s (%s): ", change->frame,
            tl_diagnosis_name(tl_change_diagnosis(change)),
            tl_severity_name(tl_diagnosis_severity(tl_change_diagnosis(change))));
        tl_append_diagnosis(text, &reading->capture, connection, change);
        g_string_append_c(text, '\n');
    }
    if (count > EXPERTS)
        g_string_append_printf(text, "    and %u more\n", count - EXPERTS);
}

/* Where so many of its lines end; all of it, if it has fewer. */
static gsize end_of_lines(const char *text, unsigned lines)
{
    const char *at = text;

    while (*at != '\0' && lines > 0)
        lines -= *at++ == '\n';
    return (gsize)(at - text);
}

void culprit_append_ladder(GString *text, const struct reading *reading, struct picture_film *film,
                           const struct tl_connection *connection)
{
    const gsize begin = text->len;
    struct picture *picture = picture_new(film, &reading->capture, connection);
    gsize end;

    if (picture == NULL)
        return;
    ladder_draw(text, picture, true);
    picture_free(picture);
    end = begin + end_of_lines(text->str + begin, LADDER_LINES);
    if (end == text->len)
        return;
    g_string_truncate(text, end);
    g_string_append_printf(text, "(the rest: pcaplife ladder --connection %" PRIu32 ")\n",
                           tl_tracker_ordinal(reading->capture.tracker, connection));
}
