/* What is noted of fragmented datagrams while files are read, for whoever reads other files of the same tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_NOTED_DATAGRAMS_H
#define PCAPLIFE_NOTED_DATAGRAMS_H

#include <glib.h>

#include <stdbool.h>
#include <stdint.h>

struct noted_datagram {
    uint64_t name; /* the same in every process */
    uint32_t first_frame, last_frame; /* of its fragments, in the order in which they came */
};

/* A hostile capture may have millions of them. */
enum { MOST_NOTED_DATAGRAMS = 1 << 16 };

/* The names of all that become whole are too many to keep: each has one of so many places, which others may share. */
enum { DATAGRAM_PLACE_BITS = 18, DATAGRAM_PLACES = 1 << DATAGRAM_PLACE_BITS };

struct datagram_places {
    unsigned count; /* of those that are marked */
    uint64_t words[DATAGRAM_PLACES / 64];
};

static inline unsigned datagram_place(uint64_t name)
{
    return (unsigned)(name >> (64 - DATAGRAM_PLACE_BITS));
}

static inline bool datagram_places_has(const struct datagram_places *places, unsigned place)
{
    return (places->words[place / 64] >> place % 64 & 1) != 0;
}

static inline void datagram_places_mark(struct datagram_places *places, unsigned place)
{
    places->count += !datagram_places_has(places, place);
    places->words[place / 64] |= UINT64_C(1) << place % 64;
}

/* The first one that is marked, from that one on; DATAGRAM_PLACES: there is none. */
static inline unsigned datagram_places_next(const struct datagram_places *places, unsigned from)
{
    while (from < DATAGRAM_PLACES && !datagram_places_has(places, from))
        from = places->words[from / 64] >> from % 64 == 0 ? (from / 64 + 1) * 64 : from + 1;
    return from;
}

/* The datagrams that become whole. */
struct whole_datagrams {
    struct datagram_places places;
    uint32_t file_frame; /* the first one of the file that is being read: the reader says so */
    /* struct noted_datagram: those of which fragments are in files before that one, in no order; the MOST_NOTED_DATAGRAMS
     * last ones out of so many. */
    GArray *of_several_files;
    uint64_t count_of_several_files;
};

/* None. */
struct whole_datagrams *whole_datagrams_new(void);
void whole_datagrams_free(struct whole_datagrams *whole); /* NULL: does nothing */

void whole_datagrams_note(struct whole_datagrams *whole, struct noted_datagram datagram);

#endif
