/* The life of a whole connection, read off what its segments left behind.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/oddities.h"
#include "core/record/record.h"
#include "core/record/times.h"
#include "tcplife/summary.h"

static bool has(const struct tl_connection *c, unsigned flag)
{
    return (c->flags & flag) != 0;
}

static bool happened(const struct tl_connection *c, enum tl_milestone milestone)
{
    return c->at[milestone].frame != 0;
}

static struct tl_duration between(const struct tl_connection *c, enum tl_milestone from,
                                  enum tl_milestone to)
{
    int64_t ns;

    if (!happened(c, from) || !happened(c, to))
        return (struct tl_duration){0};
    /* Where the capture has the steps in another order than they were made, it cannot tell. */
    ns = tl_milestone_ns(c, to) - tl_milestone_ns(c, from);
    if (ns < 0)
        return (struct tl_duration){0};
    return (struct tl_duration){.known = true, .ns = ns};
}

static enum tl_open how_opened(const struct tl_connection *c)
{
    if (has(c, TL_CONNECTION_STRAY))
        return TL_OPEN_STRAY;
    if (has(c, TL_CONNECTION_MIDSTREAM))
        return TL_OPEN_MIDSTREAM;
    if (has(c, TL_CONNECTION_OPENED))
        return has(c, TL_CONNECTION_SIMULTANEOUS_OPEN) ? TL_OPEN_SIMULTANEOUS
               : has(c, TL_CONNECTION_FAST_OPEN)       ? TL_OPEN_FAST_OPEN
                                                       : TL_OPEN_THREE_WAY;
    if (has(c, TL_CONNECTION_REFUSED))
        return TL_OPEN_REFUSED;
    if (has(c, TL_CONNECTION_REJECTED))
        return TL_OPEN_REJECTED;
    if (has(c, TL_CONNECTION_ABORTED))
        return TL_OPEN_ABORTED;
    /* A server that has taken data of the SYN has answered, though that may not have been captured. */
    if (happened(c, TL_AT_SYN_ACK) || has(c, TL_CONNECTION_FAST_OPEN))
        return TL_OPEN_HALF_OPEN;
    return happened(c, TL_AT_SYN) ? TL_OPEN_UNANSWERED : TL_OPEN_MIDSTREAM;
}

static bool sent_fin(const struct tl_connection *c, enum tl_role role)
{
    return (c->kept[role].flags & TL_END_SENT_FIN) != 0;
}

static bool waits_for_ack_of_fin(const struct tl_connection *c, enum tl_role role)
{
    enum tl_state state = tl_connection_state(c, role);

    return state == TL_FIN_WAIT_1 || state == TL_CLOSING || state == TL_LAST_ACK;
}

/* Timers count in ticks, and captures are not exact: so much later than due is not sent. */
static const int64_t TIMER_MARGIN_NS = 1 * INT64_C(1000000000);

/* Did an end that got no answer fall silent when its next attempt was due? The pause between
 * attempts doubles at most (RFC 6298, section 5.5). */
static bool fell_silent(const struct tl_connection *c, int64_t now_ns)
{
    for (int role = 0; role < 2; role++) {
        const struct tl_end_oddities *end = &tl_oddities(c)->end[role];
        const int64_t last_ns = c->kept[role].last_ns;

        if (end->unanswered >= TL_GIVEN_UP_TRIES && now_ns > last_ns &&
            (uint64_t)now_ns - (uint64_t)last_ns >
                2 * (uint64_t)end->pause_ns + (uint64_t)TIMER_MARGIN_NS)
            return true;
    }
    return false;
}

static enum tl_close how_closed(const struct tl_connection *c, int64_t now_ns)
{
    if (has(c, TL_CONNECTION_DEAD_PEER) || fell_silent(c, now_ns))
        return TL_CLOSE_DEAD_PEER;
    if (has(c, TL_CONNECTION_RESET_WHILE_CLOSING))
        return TL_CLOSE_RESET_WHILE_CLOSING;
    if (has(c, TL_CONNECTION_RESET))
        return TL_CLOSE_RESET;
    if (!sent_fin(c, TL_CLIENT) && !sent_fin(c, TL_SERVER))
        return TL_CLOSE_NONE;
    if (!sent_fin(c, TL_CLIENT) || !sent_fin(c, TL_SERVER))
        return TL_CLOSE_HALF_CLOSED;
    if (waits_for_ack_of_fin(c, TL_CLIENT) || waits_for_ack_of_fin(c, TL_SERVER))
        return TL_CLOSE_UNFINISHED;
    return has(c, TL_CONNECTION_SIMULTANEOUS_CLOSE)    ? TL_CLOSE_SIMULTANEOUS
           : has(c, TL_CONNECTION_THREE_SEGMENT_CLOSE) ? TL_CLOSE_THREE_WAY
                                                       : TL_CLOSE_FOUR_WAY;
}

/* (A RST that is sent several times began the end with the first of them.) */
static struct tl_duration idle_before_close(const struct tl_connection *c)
{
    struct tl_duration idle = {0};

    if (!has(c, TL_CONNECTION_RESET)) {
        idle.known = happened(c, TL_AT_FIN_1) &&
                     tl_connection_silence_before(c, c->at[TL_AT_FIN_1].frame, &idle.ns);
        return idle;
    }
    for (uint32_t i = tl_change_log_count_until(&c->log, c->at[TL_AT_RESET].frame); i-- > 0;)
        if (c->log.changes[i].kind == TL_SILENCE)
            return (struct tl_duration){.known = true, .ns = c->log.changes[i].u.silence_ns};
    return idle;
}

struct tl_summary tl_summarize(const struct tl_connection *c)
{
    return tl_summarize_until(c, tl_connection_end_ns(c));
}

struct tl_summary tl_summarize_until(const struct tl_connection *c, int64_t now_ns)
{
    struct tl_summary summary = {.open = how_opened(c), .close = how_closed(c, now_ns)};

    if (has(c, TL_CONNECTION_RESET)) {
        /* A FIN behind it crossed it. An impostor is neither end. */
        summary.has_closed_by = !has(c, TL_CONNECTION_RESET_DISOWNED);
        summary.closed_by = tl_reset_by(c);
    } else if (sent_fin(c, TL_CLIENT) || sent_fin(c, TL_SERVER)) {
        summary.has_closed_by = true;
        summary.closed_by = (enum tl_role)c->first_fin;
    } else if (summary.close != TL_CLOSE_NONE && happened(c, TL_AT_RESET)) {
        summary.has_closed_by = true;
        summary.closed_by = tl_reset_by(c);
    }
    summary.handshake_time = between(c, TL_AT_SYN, TL_AT_ACK);
    summary.synack_time = between(c, TL_AT_SYN, TL_AT_SYN_ACK);
    summary.ack_time = between(c, TL_AT_SYN_ACK, TL_AT_ACK);
    summary.teardown_time = between(c, TL_AT_FIN_1, TL_AT_FIN_2_ACK);
    summary.half_closed_time = between(c, TL_AT_FIN_1, TL_AT_FIN_2);
    summary.idle_before_close = idle_before_close(c);
    if (happened(c, TL_AT_FIN_1)) {
        uint64_t bytes = c->kept[tl_other((enum tl_role)c->first_fin)].bytes;

        summary.has_half_closed_bytes = true;
        /* What a forged acknowledgement had claimed may have been taken back since. */
        summary.half_closed_bytes = bytes > c->v.bytes_at_fin_1 ? bytes - c->v.bytes_at_fin_1 : 0;
    }
    return summary;
}

struct tl_duration tl_state_time(const struct tl_connection *c, enum tl_role end, int64_t now_ns)
{
    now_ns = tl_nearest_time(now_ns);
    for (uint32_t i = c->log.count; i-- > 0;) {
        const struct tl_change *change = &c->log.changes[i];

        if (change->kind == TL_TRANSITION && tl_change_end(change) == end)
            return (struct tl_duration){.known = now_ns >= change->u.time_ns,
                                        .ns = now_ns - change->u.time_ns};
    }
    return (struct tl_duration){0};
}

static const struct {
    const char *name, *words;
} opens[] = {
#define O(identifier, value, words) {value, words},
    TL_OPENS(O)
#undef O
}, closes[] = {
#define C(identifier, value, words) {value, words},
    TL_CLOSES(C)
#undef C
};

const char *tl_open_name(enum tl_open open)
{
    return (unsigned)open < TL_OPEN_COUNT ? opens[open].name : "?";
}

const char *tl_open_words(enum tl_open open)
{
    return (unsigned)open < TL_OPEN_COUNT ? opens[open].words : "?";
}

const char *tl_close_name(enum tl_close close)
{
    return (unsigned)close < TL_CLOSE_COUNT ? closes[close].name : "?";
}

const char *tl_close_words(enum tl_close close)
{
    return (unsigned)close < TL_CLOSE_COUNT ? closes[close].words : "?";
}
