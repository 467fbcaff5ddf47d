/* A display filter, taken apart where "and", "or", "xor" and "not" join its tests.
 *
 * It knows how Wireshark's filters are written (wireshark-filter(4)), not what a test means.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_FILTER_PARTS_H
#define TCPLIFE_FILTER_PARTS_H

#include <glib.h>

#include <stdbool.h>

enum filter_kind { FILTER_TEST, FILTER_NOT, FILTER_AND, FILTER_XOR, FILTER_OR };

struct filter_part {
    enum filter_kind kind;
    char *text;       /* as it was written; without the parentheses around it */
    GPtrArray *parts; /* of struct filter_part: one of NOT, none of a TEST, two or more of the others */
    /* Of a TEST, for whoever evaluates it; 0 at first. */
    bool is_final;
    unsigned number;
};

/* Of a valid filter. NULL: it holds what is not understood here, a macro for instance. */
struct filter_part *filter_parts_read(const char *filter);
void filter_part_free(struct filter_part *part);

/* Several parts become one, joined by the `kind` that joined them; it owns them. */
struct filter_part *filter_parts_join(enum filter_kind kind, GPtrArray *parts);

/* Calls see() for every word of a filter, fields among them, but not for what stands in quotes. */
void filter_each_word(const char *filter, void (*see)(void *to, const char *word), void *to);

#endif
