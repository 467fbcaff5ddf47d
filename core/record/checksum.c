/* Which wrong checksum condemns its segment?
 *
 * It knows which kinds of an end's segments had right checksums so far; it
 * cannot know why one is wrong: damage on the way, or a card that was to fill
 * it in, or a capture that somebody rewrote.
 *
 * Read first: RFC 9293, section 3.1 (Checksum).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/checksum.h"

static void set(tl_checksums *seen, enum tl_checksum_kind kind, unsigned what)
{
    *seen = (tl_checksums)((*seen & ~(7u << 3 * kind)) | what << 3 * kind);
}

static void note_right(tl_checksums *seen, enum tl_checksum_kind kind)
{
    static const uint8_t next[] = {
        [TL_CHECKSUM_NONE] = TL_CHECKSUM_RIGHT_ONCE,
        [TL_CHECKSUM_WRONG] = TL_CHECKSUM_RIGHT_ONCE,
        [TL_CHECKSUM_DOUBTED] = TL_CHECKSUM_RIGHT_ONCE,
        [TL_CHECKSUM_DOUBTED_TWICE] = TL_CHECKSUM_RIGHT_ONCE,
        [TL_CHECKSUM_RIGHT_ONCE] = TL_CHECKSUM_RIGHT,
        [TL_CHECKSUM_RIGHT_ONCE_AND_DOUBTED] = TL_CHECKSUM_RIGHT,
        [TL_CHECKSUM_RIGHT] = TL_CHECKSUM_RIGHT,
        [TL_CHECKSUM_IGNORED] = TL_CHECKSUM_IGNORED, /* by chance, or one that was not changed */
    };

    set(seen, kind, next[tl_checksums_of(*seen, kind) % sizeof next]);
}

/* Do this end's other checksums speak for one more that is wrong? They do when a kind is known that
 * the card fills in; or when not more of them were right than wrong, which at the beginning is so. */
static bool is_expected(tl_checksums seen)
{
    static const int8_t weight[] = {
        [TL_CHECKSUM_WRONG] = 1,       [TL_CHECKSUM_DOUBTED] = 1,
        [TL_CHECKSUM_DOUBTED_TWICE] = 1, [TL_CHECKSUM_RIGHT_ONCE] = -1,
        [TL_CHECKSUM_RIGHT] = -2,      [TL_CHECKSUM_IGNORED] = 2 * TL_CHECKSUM_KINDS,
    };
    int wrong = 0;

    for (unsigned kind = 0; kind < TL_CHECKSUM_KINDS; kind++)
        wrong += weight[tl_checksums_of(seen, (enum tl_checksum_kind)kind) % sizeof weight];
    return wrong >= 0;
}

/* The next of a kind whose last one was doubted. Of data and bare acknowledgements there are many: damage
 * does not come in rows. */
static unsigned after_doubt(unsigned before, enum tl_checksum_kind kind)
{
    if (kind != TL_CHECKSUM_OF_DATA && kind != TL_CHECKSUM_OF_ACK)
        return before;
    return before == TL_CHECKSUM_DOUBTED_TWICE ? TL_CHECKSUM_IGNORED : TL_CHECKSUM_DOUBTED_TWICE;
}

/* What becomes of a kind by a wrong one. */
static unsigned after_wrong(tl_checksums seen, enum tl_checksum_kind kind)
{
    const unsigned before = tl_checksums_of(seen, kind);

    switch (before) {
    case TL_CHECKSUM_RIGHT:
    case TL_CHECKSUM_IGNORED: return before;
    case TL_CHECKSUM_WRONG: return is_expected(seen) ? TL_CHECKSUM_IGNORED : TL_CHECKSUM_DOUBTED;
    default: break;
    }
    if (is_expected(seen))
        return TL_CHECKSUM_WRONG;
    return before == TL_CHECKSUM_NONE         ? TL_CHECKSUM_DOUBTED
           : before == TL_CHECKSUM_RIGHT_ONCE ? TL_CHECKSUM_RIGHT_ONCE_AND_DOUBTED
                                              : after_doubt(before, kind);
}

static bool is_condemned(tl_checksums *seen, enum tl_checksum_kind kind)
{
    const unsigned after = after_wrong(*seen, kind);

    set(seen, kind, after);
    return after != TL_CHECKSUM_WRONG && after != TL_CHECKSUM_IGNORED;
}

bool tl_checksum_condemns(tl_checksums *seen, enum tl_checksum_kind kind, enum tl_checksum checksum)
{
    if (checksum == TL_CHECKSUM_GOOD)
        note_right(seen, kind);
    return checksum == TL_CHECKSUM_BAD && is_condemned(seen, kind);
}

void tl_checksum_is_damaged(tl_checksums *seen, enum tl_checksum_kind kind)
{
    set(seen, kind, TL_CHECKSUM_DOUBTED);
}

void tl_checksum_was_good(tl_checksums *seen, enum tl_checksum_kind kind)
{
    /* Where many were right, it was only the acknowledged copy that the capture missed. */
    if (tl_checksums_of(*seen, kind) != TL_CHECKSUM_RIGHT)
        set(seen, kind, TL_CHECKSUM_IGNORED);
}

bool tl_checksums_are_all_wrong(tl_checksums seen)
{
    for (unsigned kind = 0; kind < TL_CHECKSUM_KINDS; kind++) {
        const unsigned of_kind = tl_checksums_of(seen, (enum tl_checksum_kind)kind);

        if (of_kind >= TL_CHECKSUM_DOUBTED && of_kind <= TL_CHECKSUM_RIGHT)
            return false; /* where one was doubted, another one was right */
    }
    return seen != 0;
}
