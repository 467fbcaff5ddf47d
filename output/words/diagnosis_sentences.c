/* One sentence for each diagnosis.
 *
 * It knows what `about` and `value` of a diagnosis mean (tcplife/diagnosis.h). It
 * must not look at anything else of the connection that a later segment may
 * change, or the sentence would differ between two readings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/text.h"
#include "tcplife/output/sentences.h"

#include <string.h>

/* {end}, {other}   the end concerned, and the one opposite: "client", "server"
 * {about}          the number of the other frame concerned
 * {value}, {s}     the value, and the plural's s that goes with it
 * {is}, {was}      the verb that goes with the value: "is" or "are", "was" or "were"
 * {pauses}         between the SYNs up to this one, in brackets
 * {cause}          why a RST was sent, as far as the capture shows
 * {probe}, {pause} the value of a keepalive probe: which one, after how long
 * {icmp}           the value as type and code of ICMP, in words
 * [...]            left out where there is no other frame
 *
 * As long as there are diagnoses: a table would be no shorter, and the compiler misses no case here. */
static const char *sentence_template(enum tl_diagnosis diagnosis)
{
    /* No default: the compiler counts the cases. */
    switch (diagnosis) {
    case TL_DIAGNOSIS_established:
        return "The handshake[ that began in frame {about}] is complete: the connection is "
               "established.";
    case TL_DIAGNOSIS_syn_retransmitted:
        return "The {end} sends its SYN[ of frame {about}] again (retransmission {value}): it "
               "has taken no answer so far.";
    case TL_DIAGNOSIS_synack_retransmitted:
        return "The {end} sends its SYN,ACK[ of frame {about}] again (retransmission {value}): "
               "it has taken no ACK of it so far.";
    case TL_DIAGNOSIS_handshake_ack_lost:
        return "The ACK that completes the handshake[, frame {about},] was lost, late or not "
               "taken: the {end} repeats its SYN,ACK, and is still in SYN-RECEIVED.";
    case TL_DIAGNOSIS_bad_handshake_ack:
        return "This does not acknowledge the SYN[ of frame {about}]: the only right number "
               "would be {value}, its ISN + 1.";
    case TL_DIAGNOSIS_unanswered:
        return "Nothing has answered the {end}'s SYN[ of frame {about}], sent {value} "
               "time{s} so far{pauses}.";
    case TL_DIAGNOSIS_refused:
        return "The connection is refused: a RST answers the SYN[ of frame {about}].";
    case TL_DIAGNOSIS_rejected:
        return "The connection is rejected: an ICMP error ({icmp}) answers the SYN[ of frame "
               "{about}].";
    case TL_DIAGNOSIS_half_open:
        return "Nothing has acknowledged the {end}'s SYN,ACK[ of frame {about}], sent {value} "
               "time{s} so far: the connection is half-open.";
    case TL_DIAGNOSIS_aborted:
        return "The handshake is aborted: a RST answers the SYN,ACK[ of frame {about}].";
    case TL_DIAGNOSIS_fast_open:
        return "TCP Fast Open: {value} byte{s} that came with the SYN[ of frame {about}] "
               "{was} accepted before the handshake was complete.";
    case TL_DIAGNOSIS_syn_data:
        return "The SYN carries {value} byte{s} of data.";
    case TL_DIAGNOSIS_simultaneous_open:
        return "Simultaneous open: this SYN crosses the one of the other end[ (frame {about})].";
    case TL_DIAGNOSIS_syn_flood:
        return "SYN flood: half-open connections to this server pile up[ since frame {about}], "
               "from {value} source{s}.";
    case TL_DIAGNOSIS_old_duplicate_syn:
        return "This SYN is an old duplicate: the connection that began[ in frame {about}] is "
               "not affected by it.";
    case TL_DIAGNOSIS_half_open_discovered:
        return "Half-open connection discovered[ by frame {about}]: the {end} no longer "
               "knows a connection that the {other} still has.";
    case TL_DIAGNOSIS_challenge_ack:
        return "Challenge ACK (RFC 5961): the {end} does not act on a segment that may be "
               "forged[, frame {about},] and asks for proof.";
    case TL_DIAGNOSIS_blind_reset:
        return "This RST must be ignored: its sequence number is not {value}, the one expected "
               "next (RFC 5961, section 3.2).";
    case TL_DIAGNOSIS_keepalive_probe:
        return "Keepalive probe {probe} of the {end}, {pause} after its last segment: is the "
               "{other} still there?";
    case TL_DIAGNOSIS_keepalive_unanswered:
        return "The {end}'s keepalive probe[ of frame {about}] was not answered ({value} so "
               "far).";
    case TL_DIAGNOSIS_silent_peer:
        return "The {other} has not answered so far: the {end} has tried {value} time{s}[ since "
               "frame {about}].";
    case TL_DIAGNOSIS_dead_peer:
        return "The {other} does not answer: the {end} has tried {value} time{s}[ since frame "
               "{about}].";
    case TL_DIAGNOSIS_half_closed:
        return "Half-closed: the FIN[ of frame {about}] is acknowledged, and the other "
               "direction stays open.";
    case TL_DIAGNOSIS_lingering_close_wait:
        return "The {end} has been in CLOSE-WAIT for {value} second{s}[, since the FIN of frame "
               "{about}]: its application has not closed the socket.";
    case TL_DIAGNOSIS_fin_retransmitted:
        return "The {end} sends its FIN[ of frame {about}] again (retransmission {value}): it "
               "has taken no ACK of it so far.";
    case TL_DIAGNOSIS_last_ack_lost:
        return "The last ACK[, frame {about},] did not reach the {end}, which repeats its FIN: "
               "it is still in LAST-ACK, and the {other}'s TIME-WAIT starts again.";
    case TL_DIAGNOSIS_simultaneous_close:
        return "Simultaneous close: this FIN crosses the one of the other end[ (frame {about})].";
    case TL_DIAGNOSIS_data_after_fin:
        return "The {end} sends {value} byte{s} behind its own FIN[ of frame {about}], which "
               "said that there would be no more.";
    case TL_DIAGNOSIS_closed:
        return "The teardown[ that began in frame {about}] is complete: the connection is "
               "closed.";
    case TL_DIAGNOSIS_reset:
        return "The {end} resets the connection{cause}.";
    case TL_DIAGNOSIS_reset_while_closing:
        return "The {end} resets the connection, which was already being closed{cause}.";
    case TL_DIAGNOSIS_port_reused:
        return "The same two sockets were used before, by connection {number}[, until frame "
               "{about}].";
    case TL_DIAGNOSIS_port_reused_early:
        return "The same two sockets are used again although connection {number}[, last seen in "
               "frame {about},] is still in TIME-WAIT, and neither sequence number nor "
               "timestamp is later.";
    case TL_DIAGNOSIS_time_wait_assassinated:
        return "TIME-WAIT assassination (RFC 1337): a RST ends the {end}'s TIME-WAIT[ of frame "
               "{about}] too early.";
    case TL_DIAGNOSIS_late_segment:
        return "This segment comes late: the connection was over[ in frame {about}].";
    case TL_DIAGNOSIS_midstream:
        return "The capture starts in the middle of this connection: how it was opened is not "
               "known.";
    case TL_DIAGNOSIS_one_sided:
        return "Only one direction of this connection was captured: what the other end sent is "
               "known only from acknowledgements.";
    case TL_DIAGNOSIS_gap:
        return "{value} byte{s} that the {end} sent {is} missing from the capture.";
    case TL_DIAGNOSIS_forged_segment:
        return "The segment of frame {about} was not the {end}'s own: the {end} goes on as if it "
               "had never sent it.";
    case TL_DIAGNOSIS_COUNT:
        break;
    }
    return "";
}

/* RFC 792, RFC 1122 and RFC 1812: the codes of "destination unreachable". */
static const char *const icmp_unreachable_codes[] = {
    [0] = "network unreachable",
    [1] = "host unreachable",
    [2] = "protocol unreachable",
    [3] = "port unreachable",
    [4] = "fragmentation needed",
    [5] = "source route failed",
    [6] = "network unknown",
    [7] = "host unknown",
    [9] = "network administratively prohibited",
    [10] = "host administratively prohibited",
    [13] = "communication administratively prohibited",
};

/* RFC 4443, section 3.1. */
static const char *const icmpv6_unreachable_codes[] = {
    [0] = "no route to destination",
    [1] = "administratively prohibited",
    [2] = "beyond scope of source address",
    [3] = "address unreachable",
    [4] = "port unreachable",
    [5] = "source address failed policy",
    [6] = "reject route to destination",
};

/* NULL: there are no words for it. */
static const char *icmp_words(bool is_v6, uint32_t type, uint32_t code)
{
    if (!is_v6 && type == 3)
        return code < G_N_ELEMENTS(icmp_unreachable_codes) ? icmp_unreachable_codes[code] : NULL;
    if (is_v6 && type == 1)
        return code < G_N_ELEMENTS(icmpv6_unreachable_codes) ? icmpv6_unreachable_codes[code] : NULL;
    return type == (is_v6 ? 3u : 11u) ? "time exceeded" : NULL;
}

static void append_icmp(GString *text, const struct tl_capture *capture,
                        const struct tl_connection *connection, uint32_t value)
{
    const struct tl_socket server = tl_connection_socket(connection, TL_SERVER);
    const uint32_t type = value >> 8 & 0xff, code = value & 0xff;
    const char *words = icmp_words(tl_is_ipv6(capture, &server), type, code);

    g_string_append_printf(text, "type %u, code %u", type, code);
    if (words != NULL)
        g_string_append_printf(text, ": %s", words);
}

/* RFC 9293, section 3.8.4: idle for two hours by default; Linux, BSD and macOS then probe every
 * 75 s, 8 to 10 times. People know these numbers, and look for them. */
static void append_pause(GString *text, uint32_t milliseconds)
{
    static const struct {
        uint32_t milliseconds;
        const char *words;
    } defaults[] = {{7200000, "2 hours (the usual default)"}, {75000, "75 s (the usual default)"}};

    for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++) {
        const uint32_t about = defaults[i].milliseconds / 100;

        if (milliseconds > defaults[i].milliseconds - about &&
            milliseconds < defaults[i].milliseconds + about) {
            text_append(text, defaults[i].words);
            return;
        }
    }
    g_string_append_printf(text, "%u.%03u s", milliseconds / 1000, milliseconds % 1000);
}

/* "1.047 s": not by printf(), since the decimal point must not depend on the user's locale. */
static void append_seconds(GString *text, int64_t ns)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    text_append(text, g_ascii_formatd(number, sizeof number, "%.3f", (double)ns / 1e9));
    text_append(text, " s");
}

/* How long after one another the SYNs came, up to this one: they show the sender's back-off. */
static void append_pauses(GString *text, const struct tl_connection *connection,
                          const struct tl_change *change)
{
    int64_t before_ns = 0;
    bool has_before = false, any = false;
    const struct tl_changes changes = tl_connection_changes(connection);

    for (uint32_t i = 0; i < changes.count; i++) {
        const struct tl_change *other = &changes.at[i];
        struct tl_step step;

        if (other->frame > change->frame)
            break;
        if (!tl_change_step(other, &step) || step.is_teardown || step.number != 1)
            continue;
        if (has_before) {
            text_append(text, any ? ", " : " (after ");
            append_seconds(text, tl_change_time_ns(other) - before_ns);
            any = true;
        }
        before_ns = tl_change_time_ns(other);
        has_before = true;
    }
    if (any)
        g_string_append_c(text, ')');
}

/* Why a RST was sent, as far as the capture shows it. */
static void append_reset_cause(GString *text, const struct tl_change *change)
{
    const uint32_t about = tl_change_about(change);
    const uint32_t attempts = TL_RESET_ATTEMPTS(tl_change_value(change));
    const char *other = tl_role_name(tl_other(tl_change_end(change)));

    switch (TL_RESET_CAUSE(tl_change_value(change))) {
    case TL_RESET_UNEXPLAINED:
        if (about != 0)
            g_string_append_printf(text, " (first FIN: frame %u)", about);
        break;
    case TL_RESET_ANSWERS:
        g_string_append_printf(text, ", in answer to frame %u", about);
        break;
    case TL_RESET_ANSWERS_PROBE:
        g_string_append_printf(text, ", in answer to the keepalive probe of frame %u", about);
        break;
    case TL_RESET_ANSWERS_LATE_DATA:
        g_string_append_printf(text, ", in answer to frame %u, which came after it had closed",
                               about);
        break;
    case TL_RESET_AFTER_PROBES:
        g_string_append_printf(text, ", after %u keepalive probes since frame %u that had no answer",
                               attempts, about);
        break;
    case TL_RESET_AFTER_RETRANSMISSIONS:
        g_string_append_printf(text, ", after %u retransmissions since frame %u that had no answer",
                               attempts, about);
        break;
    case TL_RESET_WINDOW_CLOSED:
        g_string_append_printf(text, ", while the %s's window is closed", other);
        break;
    }
}

/* With TL_DIAGNOSIS_bad_handshake_ack and TL_DIAGNOSIS_blind_reset the value is a sequence number. */
static uint32_t shown_value(const struct tl_change *change, const tl_seq base[2])
{
    const enum tl_role end = tl_change_end(change);

    if (tl_change_diagnosis(change) == TL_DIAGNOSIS_bad_handshake_ack)
        return tl_change_value(change) - base[tl_other(end)];
    if (tl_change_diagnosis(change) == TL_DIAGNOSIS_blind_reset)
        return tl_change_value(change) - base[end];
    return tl_change_value(change);
}

static void append_field(GString *text, const char *name, size_t length,
                         const struct tl_capture *capture, const struct tl_connection *connection,
                         const struct tl_change *change, const tl_seq base[2])
{
    const enum tl_role end = tl_change_end(change);
    const uint32_t value = tl_change_value(change);

    if (strncmp(name, "end", length) == 0)
        text_append(text, tl_role_name(end));
    else if (strncmp(name, "other", length) == 0)
        text_append(text, tl_role_name(tl_other(end)));
    else if (strncmp(name, "about", length) == 0)
        text_append_number(text, tl_change_about(change));
    else if (strncmp(name, "value", length) == 0)
        text_append_number(text, shown_value(change, base));
    else if (strncmp(name, "number", length) == 0)
        text_append_number(text, capture->first_number + value);
    else if (strncmp(name, "probe", length) == 0)
        text_append_number(text, TL_PROBE_COUNT(value));
    else if (strncmp(name, "pauses", length) == 0 && length == 6)
        append_pauses(text, connection, change);
    else if (strncmp(name, "cause", length) == 0)
        append_reset_cause(text, change);
    else if (strncmp(name, "pause", length) == 0)
        append_pause(text, TL_PROBE_MILLISECONDS(value));
    else if (strncmp(name, "was", length) == 0)
        text_append(text, value == 1 ? "was" : "were");
    else if (strncmp(name, "is", length) == 0 && length == 2)
        text_append(text, value == 1 ? "is" : "are");
    else if (strncmp(name, "s", length) == 0)
        text_append(text, value == 1 ? "" : "s");
    else if (strncmp(name, "icmp", length) == 0)
        append_icmp(text, capture, connection, value);
}

static void append_sentence(GString *text, const struct tl_capture *capture,
                            const struct tl_connection *connection, const struct tl_change *change,
                            const tl_seq base[2])
{
    const char *at = sentence_template(tl_change_diagnosis(change));

    while (*at != '\0') {
        if (*at == '[' && tl_change_about(change) == 0) {
            at += strcspn(at, "]") + 1;
        } else if (*at == '[' || *at == ']') {
            at++;
        } else if (*at == '{') {
            size_t length = strcspn(++at, "}");

            append_field(text, at, length, capture, connection, change, base);
            at += length + 1;
        } else {
            size_t length = strcspn(at, "[]{");

            text_append_bytes(text, at, length);
            at += length;
        }
    }
}

void tl_append_diagnosis(GString *text, const struct tl_capture *capture,
                         const struct tl_connection *connection, const struct tl_change *change)
{
    static const tl_seq as_captured[2];

    append_sentence(text, capture, connection, change, as_captured);
}

void tl_append_diagnosis_at(GString *text, const struct tl_capture *capture,
                            const struct tl_seen_segment *seen, const struct tl_change *change)
{
    append_sentence(text, capture, seen->connection, change, seen->base);
}
