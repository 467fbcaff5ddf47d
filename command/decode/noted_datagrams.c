/* See noted_datagrams.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/noted_datagrams.h"

struct whole_datagrams *whole_datagrams_new(void)
{
    struct whole_datagrams *whole = g_new0(struct whole_datagrams, 1);

    whole->of_several_files = g_array_new(FALSE, FALSE, sizeof(struct noted_datagram));
    return whole;
}

void whole_datagrams_free(struct whole_datagrams *whole)
{
    if (whole == NULL)
        return;
    g_array_free(whole->of_several_files, TRUE);
    g_free(whole);
}

void whole_datagrams_note(struct whole_datagrams *whole, struct noted_datagram datagram)
{
    GArray *several = whole->of_several_files;

    datagram_places_mark(&whole->places, datagram_place(datagram.name));
    if (datagram.first_frame >= whole->file_frame)
        return;
    if (several->len < MOST_NOTED_DATAGRAMS)
        g_array_append_val(several, datagram);
    else
        g_array_index(several, struct noted_datagram, whole->count_of_several_files % MOST_NOTED_DATAGRAMS) = datagram;
    whole->count_of_several_files++;
}
