/* What the statistics share: which connections they are about, and when they are computed.
 *
 * A tap only collects the numbers of the connections that it sees; the figures come from core's
 * summaries, when somebody is about to look at them. They cannot be right earlier: after the last
 * segment that passed a filter, others may change what is known of its connection. But Wireshark
 * does not ask before it draws a table or a tree. What it offers is used like this:
 *
 * - tshark draws when the file has been read, GUI dialogs every few seconds: tap listeners are
 *   drawn in the reverse order of their registration. So a listener of our own, registered at the
 *   first packet that passes, is drawn before the statistic, and computes it.
 * - A GUI dialog lets all packets of the file pass again and then draws itself. So the figures are
 *   computed at the last packet that can pass. Meanwhile Wireshark would draw all rows every few seconds,
 *   which takes longer the more there are. It is asked to whenever twice as many packets have passed: all that
 *   together is no more than drawing once, and who stops it sees what has passed.
 *
 * While no statistic is open, there is no listener and nothing of this costs anything.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/statistics/statistics.h"

#include "plugin/session.h"
#include "plugin/zeek_session.h"

static struct tcplife_statistic *open_statistics;

static struct {
    bool is_registered;
    uint32_t last_frame; /* the last one of any connection, when it was registered */
    uint64_t packets, packets_drawn; /* that passed again: so far, when a drawing was last asked for */
} listener;

/* By the earliest packet seen: after a time reference that the user set, "relative" means another
 * moment. */
static struct {
    uint32_t by_frame; /* 0: not known */
    int64_t ns;
} capture_start;

const struct tl_capture *tcplife_statistics_capture(void)
{
    static struct tl_capture capture;

    capture = *tcplife_capture();
    capture.start_ns = capture_start.ns;
    return &capture;
}

static void note_capture_start(const packet_info *pinfo, const struct tl_segment *segment)
{
    /* The capture file can hold any number. */
    const int64_t limit = TL_TIME_LIMIT_NS / 1000000000 - 1;
    int64_t start_ns;

    if (capture_start.by_frame != 0 && capture_start.by_frame <= pinfo->num)
        return;
    start_ns = segment->time_ns -
               CLAMP((int64_t)pinfo->rel_ts.secs, -limit, limit) * 1000000000 -
               CLAMP(pinfo->rel_ts.nsecs, -999999999, 999999999);
    capture_start.by_frame = pinfo->num;
    capture_start.ns = CLAMP(start_ns, -TL_TIME_LIMIT_NS, TL_TIME_LIMIT_NS);
}

/* ---- when to compute ----------------------------------------------------------------------- */

static void compute_stale(void)
{
    for (struct tcplife_statistic *one = open_statistics; one != NULL; one = one->next) {
        if (one->is_stale)
            one->compute(one);
        one->is_stale = false;
    }
}

/* The last frame that the tap can see again; an ICMP error's may come after the last segment. */
static uint32_t last_known_frame(void)
{
    const struct tl_tracker *tracker = tcplife_tracker();
    const uint32_t count = tracker == NULL ? 0 : tl_tracker_connection_count(tracker);
    uint32_t last = 0;

    for (uint32_t number = 0; number < count; number++) {
        const struct tl_connection *connection = tl_tracker_connection(tracker, number);
        const struct tl_changes changes = tl_connection_changes(connection);

        last = MAX(last, tl_connection_last_frame(connection));
        if (changes.count > 0)
            last = MAX(last, changes.at[changes.count - 1].frame);
    }
    return last;
}

/* The last packet of a file that is read again: nothing changes after it. */
static bool is_last(const packet_info *pinfo, const struct tcplife_packet *packet)
{
    return !packet->first_time && pinfo->num >= listener.last_frame;
}

/* Are there enough packets more to draw again? */
static tap_packet_status note_packet_again(void)
{
    if (++listener.packets < 2 * listener.packets_drawn)
        return TAP_PACKET_DONT_REDRAW;
    listener.packets_drawn = listener.packets;
    for (struct tcplife_statistic *one = open_statistics; one != NULL; one = one->next)
        one->is_due = true;
    return TAP_PACKET_REDRAW;
}

/* ---- our own listener: unlike the statistics' it has no filter ------------------------------ */

static tap_packet_status listen_to_packet(void *tapdata _U_, packet_info *pinfo,
                                          epan_dissect_t *edt _U_, const void *data,
                                          tap_flags_t flags _U_)
{
    const struct tcplife_packet *packet = data;

    if (is_last(pinfo, packet))
        compute_stale();
    if (!packet->first_time)
        return note_packet_again();
    /* It may change what is known of any connection. */
    for (struct tcplife_statistic *one = open_statistics; one != NULL; one = one->next)
        one->is_stale = true;
    return TAP_PACKET_REDRAW;
}

/* Another file, or the same one dissected in another way: connections are numbered anew. */
static void listen_to_reset(void *tapdata _U_)
{
    for (struct tcplife_statistic *one = open_statistics; one != NULL; one = one->next) {
        choice_reset(one->choice);
        one->is_stale = true;
    }
    listener.last_frame = UINT32_MAX;
    capture_start.by_frame = 0;
}

static void listen_to_draw(void *tapdata _U_)
{
    compute_stale();
}

/* Removed, by us or by Wireshark at its end: which may happen before the statistics are closed. */
static void listen_to_removal(void *tapdata _U_)
{
    listener.is_registered = false;
}

static void stop_listening(void)
{
    if (listener.is_registered)
        remove_tap_listener(&listener);
}

static void listen(void)
{
    GString *error = register_tap_listener(TCPLIFE_TAP, &listener, NULL, TL_REQUIRES_NOTHING,
                                           listen_to_reset, listen_to_packet,
                                           listen_to_draw, listen_to_removal);

    listener.is_registered = error == NULL;
    listener.packets = listener.packets_drawn = 0;
    listener.last_frame = last_known_frame();
    if (error != NULL)
        g_string_free(error, TRUE);
}

/* ---- a statistic's life -------------------------------------------------------------------- */

void tcplife_statistic_open(struct tcplife_statistic *statistic, void *output)
{
    if (!statistic->is_open) {
        if (statistic->choice == NULL)
            statistic->choice = choice_new(NULL);
        if (statistic->shows_zeek)
            tcplife_zeek_listener_comes();
        statistic->next = open_statistics;
        open_statistics = statistic;
    }
    statistic->is_open = true;
    statistic->output = output;
    choice_reset(statistic->choice);
    capture_start.by_frame = 0;
    /* The listener must be registered after the statistic's own one. */
    stop_listening();
    statistic->compute(statistic);
    statistic->is_stale = false;
}

void tcplife_statistic_close(struct tcplife_statistic *statistic)
{
    struct tcplife_statistic **link = &open_statistics;

    if (!statistic->is_open)
        return;
    while (*link != statistic)
        link = &(*link)->next;
    *link = statistic->next;
    choice_free(statistic->choice);
    statistic->choice = NULL;
    if (statistic->shows_zeek)
        tcplife_zeek_listener_goes();
    statistic->is_open = false;
    if (open_statistics == NULL)
        stop_listening();
}

static tap_packet_status see_packet(struct tcplife_statistic *statistic, const packet_info *pinfo,
                                    epan_dissect_t *edt, const struct tcplife_packet *packet)
{
    bool is_due;

    if (!statistic->is_open)
        return TAP_PACKET_DONT_REDRAW;
    if (!listener.is_registered)
        listen();
    if (choice_see(statistic->choice, edt, packet) || packet->first_time)
        statistic->is_stale = true;
    note_capture_start(pinfo, packet->seen.segment);
    if (is_last(pinfo, packet))
        compute_stale();
    is_due = packet->first_time || statistic->is_due;
    statistic->is_due = false;
    return is_due ? TAP_PACKET_REDRAW : TAP_PACKET_DONT_REDRAW;
}

tap_packet_status tcplife_statistic_packet(struct tcplife_statistic *statistic,
                                           const packet_info *pinfo, epan_dissect_t *edt,
                                           const struct tcplife_packet *packet)
{
    return statistic->has_judge ? TAP_PACKET_DONT_REDRAW : see_packet(statistic, pinfo, edt, packet);
}

/* ---- a filter on final fields is judged at the end ------------------------------------------ */

/* Wireshark's own listener sees what passes the filter when it is read; this one, whatever is needed to judge
 * later. */
static tap_packet_status judge_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                      const void *data, tap_flags_t flags _U_)
{
    struct tcplife_statistic *const *statistic = tapdata;

    return see_packet(*statistic, pinfo, edt, data);
}

void tcplife_statistic_filter(struct tcplife_statistic *statistic, const char *filter)
{
    GString *error;

    choice_free(statistic->choice);
    statistic->choice = choice_new(filter);
    if (!choice_is_judged(statistic->choice) || statistic->has_judge)
        return;
    statistic->self = statistic;
    error = register_tap_listener(TCPLIFE_TAP, &statistic->self, choice_listens_to(statistic->choice),
                                  TL_REQUIRES_NOTHING, NULL, judge_packet, NULL, NULL);
    statistic->has_judge = error == NULL;
    if (error != NULL)
        g_string_free(error, TRUE);
}
