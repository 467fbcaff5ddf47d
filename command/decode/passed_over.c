/* How many packets of which kinds a decoder could not read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/passed_over.h"

#include <stdlib.h>
#include <string.h>

const char undecoded_cut_off[] = "cut off by the snapshot length, in front of a TCP header's end";

struct tally {
    struct undecoded undecoded;
    uint32_t frame; /* the last one, which counts once */
};

GArray *passed_over_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(struct tally));
}

static struct tally *tally_of(GArray *kinds, const char *kind)
{
    const struct tally none = {.undecoded = {.kind = kind}};

    for (guint i = 0; i < kinds->len; i++) {
        struct tally *tally = &g_array_index(kinds, struct tally, i);

        if (strcmp(tally->undecoded.kind, kind) == 0)
            return tally;
    }
    g_array_append_val(kinds, none);
    return &g_array_index(kinds, struct tally, kinds->len - 1);
}

void passed_over_note(GArray *kinds, const char *kind, uint32_t frame)
{
    struct tally *tally = tally_of(kinds, kind);

    tally->undecoded.packets += tally->frame != frame;
    tally->frame = frame;
}

void passed_over_add(GArray *kinds, const GArray *others)
{
    for (guint i = 0; i < others->len; i++) {
        const struct undecoded *one = &g_array_index(others, struct tally, i).undecoded;

        tally_of(kinds, one->kind)->undecoded.packets += one->packets;
    }
}

static int compare_kinds(const void *one, const void *other)
{
    const struct undecoded *a = one, *b = other;

    return a->packets != b->packets ? (a->packets < b->packets ? 1 : -1) : strcmp(a->kind, b->kind);
}

struct undecoded *passed_over_list(const GArray *kinds, size_t *count)
{
    struct undecoded *list = g_new0(struct undecoded, kinds->len + 1);

    *count = kinds->len;
    for (guint i = 0; i < kinds->len; i++)
        list[i] = g_array_index(kinds, struct tally, i).undecoded;
    qsort(list, *count, sizeof *list, compare_kinds);
    return list;
}

bool undecoded_is_for_tshark(const struct undecoded *undecoded, size_t count)
{
    bool any = false;

    for (size_t i = 0; i < count; i++)
        any = any || strcmp(undecoded[i].kind, undecoded_cut_off) != 0;
    return any;
}
