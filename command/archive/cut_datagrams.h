/* Datagrams that one run may put together otherwise, for it reads the files of all slices of a tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_CUT_DATAGRAMS_H
#define PCAPLIFE_ARCHIVE_CUT_DATAGRAMS_H

#include <glib.h>

#include <stdint.h>

struct cut_datagrams {
    /* How many are not whole in several slices: nobody has put these together. And in which frames one of them is, to be
     * freed with g_free(); "": there is none. */
    uint64_t cut;
    char *cut_example;
    /* Of how many others do fragments wait in a slice while another one's files come, in which a datagram of the same
     * name, or of another one of the same place, becomes whole? That one may have been made of these fragments, too. And
     * the frame of one that waits, as above. */
    uint64_t joined;
    char *joined_example;
};

/* `slices`, struct slice *, are those of part 0, which alone know of their datagrams; `taps` are tap_files_new()'s of
 * these. */
struct cut_datagrams cut_datagrams_in(const GPtrArray *slices, const GArray *taps);

#endif
