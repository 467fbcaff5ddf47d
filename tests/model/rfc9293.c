/* RFC 9293, section 3.10, as code. See rfc9293.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rfc9293.h"

#include <assert.h>

enum { WINDOW = 1000 };

static void emit(struct sent *out, uint16_t seq, uint16_t ack, int flags, int length)
{
    assert(out->count < 2);
    out->segment[out->count++] = (struct wire_segment){
        .seq = seq, .ack = flags & TL_ACK ? ack : 0, .flags = (uint8_t)flags, .length = (uint8_t)length};
}

/* Every segment with ACK acknowledges all that has arrived. */
static void emit_ack(struct endpoint *end, struct sent *out, uint16_t seq, int flags, int length)
{
    emit(out, seq, end->rcv_nxt, flags | TL_ACK, length);
    end->ack_due = false;
}

struct endpoint endpoint_new(uint16_t iss, bool keeps, bool lenient)
{
    return (struct endpoint){.state = TL_CLOSED, .keeps = keeps, .lenient = lenient, .iss = iss, .snd_una = iss, .snd_nxt = iss};
}

bool endpoint_listen(struct endpoint *end)
{
    if (end->state != TL_CLOSED)
        return false;
    end->state = TL_LISTEN;
    return true;
}

bool endpoint_open(struct endpoint *end, struct sent *out)
{
    if (end->state != TL_CLOSED && end->state != TL_LISTEN)
        return false;
    emit(out, end->iss, 0, TL_SYN, 0);
    end->snd_nxt = (uint16_t)(end->iss + 1);
    end->active = true;
    end->state = TL_SYN_SENT;
    return true;
}

bool endpoint_send(struct endpoint *end, struct sent *out)
{
    if (end->state != TL_ESTABLISHED && end->state != TL_CLOSE_WAIT)
        return false;
    emit_ack(end, out, end->snd_nxt, TL_PSH, 1);
    end->snd_nxt++;
    return true;
}

static void send_fin(struct endpoint *end, struct sent *out, enum tl_state next)
{
    emit_ack(end, out, end->snd_nxt, TL_FIN, 0);
    end->fin = end->snd_nxt++;
    end->state = (uint8_t)next;
}

bool endpoint_close(struct endpoint *end, struct sent *out)
{
    switch (end->state) {
    case TL_LISTEN:
    case TL_SYN_SENT:
        end->state = TL_CLOSED;
        return true;
    case TL_SYN_RECEIVED:
    case TL_ESTABLISHED:
        send_fin(end, out, TL_FIN_WAIT_1);
        return true;
    case TL_CLOSE_WAIT:
        send_fin(end, out, TL_LAST_ACK);
        return true;
    default:
        return false;
    }
}

bool endpoint_abort(struct endpoint *end, struct sent *out)
{
    switch (end->state) {
    case TL_SYN_RECEIVED:
    case TL_ESTABLISHED:
    case TL_FIN_WAIT_1:
    case TL_FIN_WAIT_2:
    case TL_CLOSE_WAIT:
        emit(out, end->snd_nxt, end->rcv_nxt, TL_RST | TL_ACK, 0);
        break;
    case TL_SYN_SENT:
    case TL_CLOSING:
    case TL_LAST_ACK:
        break; /* closed without a word */
    default:
        return false;
    }
    end->ack_due = false;
    end->state = TL_CLOSED;
    return true;
}

bool endpoint_retransmit(const struct endpoint *end, struct sent *out)
{
    struct endpoint copy = *end; /* an acknowledgement that is due stays due: this one may be lost */

    if (end->state == TL_CLOSED || end->state == TL_LISTEN || end->snd_una == end->snd_nxt)
        return false;
    if (end->state == TL_SYN_SENT)
        emit(out, end->iss, 0, TL_SYN, 0);
    else if (end->snd_una == end->iss)
        emit_ack(&copy, out, end->iss, TL_SYN, 0);
    else if (end->snd_una == end->fin)
        emit_ack(&copy, out, end->fin, TL_FIN, 0);
    else
        emit_ack(&copy, out, end->snd_una, TL_PSH, 1);
    return true;
}

bool endpoint_acknowledge(struct endpoint *end, struct sent *out)
{
    if (!end->ack_due)
        return false;
    emit_ack(end, out, end->snd_nxt, 0, 0);
    return true;
}

bool endpoint_update(struct endpoint *end, struct sent *out)
{
    if (end->state < TL_ESTABLISHED || end->state == TL_LAST_ACK || end->state == TL_TIME_WAIT)
        return false;
    emit_ack(end, out, end->snd_nxt, 0, 0);
    return true;
}

/* Section 3.5.2, groups 1 and 2: a segment that is not for any connection. */
static void refuse(struct wire_segment segment, struct sent *out)
{
    if (segment.flags & TL_RST)
        return;
    if (segment.flags & TL_ACK)
        emit(out, segment.ack, 0, TL_RST, 0);
    else
        emit(out, 0, wire_segment_end(segment), TL_RST | TL_ACK, 0);
}

static void arrives_in_listen(struct endpoint *end, struct wire_segment segment, struct sent *out)
{
    if (segment.flags & TL_RST)
        return;
    if (segment.flags & TL_ACK) {
        refuse(segment, out);
    } else if (segment.flags & TL_SYN) {
        end->rcv_nxt = (uint16_t)(segment.seq + 1);
        end->state = TL_SYN_RECEIVED;
        end->snd_una = end->iss;
        emit_ack(end, out, end->iss, TL_SYN, 0);
        end->snd_nxt = (uint16_t)(end->iss + 1);
    }
}

static void arrives_in_syn_sent(struct endpoint *end, struct wire_segment segment, struct sent *out)
{
    bool acknowledges = (segment.flags & TL_ACK) && segment.ack == end->snd_nxt;

    if ((segment.flags & TL_ACK) && !acknowledges) {
        refuse(segment, out);
        return;
    }
    if (segment.flags & TL_RST) {
        if (acknowledges)
            end->state = TL_CLOSED;
        return;
    }
    if (!(segment.flags & TL_SYN))
        return;
    end->rcv_nxt = (uint16_t)(segment.seq + 1);
    if (acknowledges) {
        end->snd_una = segment.ack;
        end->state = TL_ESTABLISHED;
        emit_ack(end, out, end->snd_nxt, 0, 0);
    } else {
        end->state = TL_SYN_RECEIVED;
        emit_ack(end, out, end->iss, TL_SYN, 0);
    }
}

/* Section 3.10.7.4, first. */
static bool is_acceptable(const struct endpoint *end, struct wire_segment segment)
{
    uint16_t end_number = wire_segment_end(segment);
    uint16_t last = (uint16_t)(end_number > segment.seq ? end_number - 1 : end_number);

    return (segment.seq >= end->rcv_nxt && segment.seq < end->rcv_nxt + WINDOW) ||
           (last >= end->rcv_nxt && last < end->rcv_nxt + WINDOW);
}

/* Fifth. False: the segment is done with. */
static bool take_ack(struct endpoint *end, struct wire_segment segment, struct sent *out)
{
    bool fin_acknowledged;

    if (end->state == TL_SYN_RECEIVED) {
        if (segment.ack <= end->snd_una || segment.ack > end->snd_nxt) {
            refuse(segment, out);
            return false;
        }
        end->state = TL_ESTABLISHED;
    }
    if (segment.ack > end->snd_nxt) {
        emit_ack(end, out, end->snd_nxt, 0, 0);
        return false;
    }
    if (segment.ack > end->snd_una)
        end->snd_una = segment.ack;
    fin_acknowledged = end->fin && end->snd_una > end->fin;
    if (end->state == TL_FIN_WAIT_1 && fin_acknowledged) {
        end->state = TL_FIN_WAIT_2;
    } else if (end->state == TL_CLOSING && fin_acknowledged) {
        end->state = TL_TIME_WAIT;
    } else if (end->state == TL_LAST_ACK && fin_acknowledged) {
        end->state = TL_CLOSED;
        return false;
    }
    return true;
}

static bool still_receives(const struct endpoint *end)
{
    return end->state == TL_ESTABLISHED || end->state == TL_FIN_WAIT_1 || end->state == TL_FIN_WAIT_2;
}

/* Eighth. */
static void take_fin(struct endpoint *end)
{
    end->rcv_nxt++;
    end->ack_due = true;
    if (end->state == TL_ESTABLISHED)
        end->state = TL_CLOSE_WAIT;
    else if (end->state == TL_FIN_WAIT_1) /* its own FIN is not yet acknowledged */
        end->state = TL_CLOSING;
    else if (end->state == TL_FIN_WAIT_2)
        end->state = TL_TIME_WAIT;
}

static void keep(struct endpoint *end, struct wire_segment segment)
{
    int at = segment.seq - end->rcv_nxt;

    if (segment.length && at < 16)
        end->early |= (uint16_t)(1u << at);
    if (segment.flags & TL_FIN)
        end->early_fin = (uint16_t)(segment.seq + segment.length);
}

/* Seventh and eighth, and what was kept for now. */
static void take_text(struct endpoint *end, struct wire_segment segment, struct sent *out)
{
    if (wire_segment_end(segment) == segment.seq || !still_receives(end))
        return;
    if (segment.seq > end->rcv_nxt) {
        if (end->keeps)
            keep(end, segment);
        emit_ack(end, out, end->snd_nxt, 0, 0); /* at once: section 3.8.6.3 */
        return;
    }
    keep(end, segment);
    while (end->early & 1) {
        end->early >>= 1;
        end->rcv_nxt++;
        end->ack_due = true;
    }
    if (end->early_fin && end->early_fin == end->rcv_nxt)
        take_fin(end);
}

void endpoint_receive(struct endpoint *end, struct wire_segment segment, struct sent *out)
{
    struct sent ignored = {.count = 0};

    switch (end->state) {
    case TL_CLOSED:
        refuse(segment, out);
        return;
    case TL_LISTEN:
        arrives_in_listen(end, segment, out);
        return;
    case TL_SYN_SENT:
        arrives_in_syn_sent(end, segment, out);
        return;
    default:
        break;
    }
    /* Figure 8, line 6: the SYN,ACK of a simultaneous open repeats a SYN that has arrived, and yet
     * its acknowledgement counts. Read to the letter, "first" below would drop it. */
    if (end->state == TL_SYN_RECEIVED && (segment.flags & TL_SYN) && (segment.flags & TL_ACK) &&
        segment.seq + 1 == end->rcv_nxt) {
        segment.seq++;
        segment.flags &= (uint8_t)~TL_SYN;
        end->ack_due = true;
    }
    if (!is_acceptable(end, segment)) {
        if (!(segment.flags & TL_RST))
            emit_ack(end, out, end->snd_nxt, 0, 0);
        /* To the letter all of it is dropped. What Linux does differs where a retransmitted FIN
         * acknowledges more than the first one did. */
        if (end->lenient && (segment.flags & (TL_ACK | TL_RST | TL_SYN)) == TL_ACK &&
            wire_segment_end(segment) == end->rcv_nxt)
            take_ack(end, segment, &ignored);
        /* …and where a RST bears the number of the FIN before it (tcp_reset_check()). */
        if (end->lenient && segment.flags & TL_RST && segment.seq + 1 == end->rcv_nxt &&
            (end->state == TL_CLOSE_WAIT || end->state == TL_CLOSING || end->state == TL_LAST_ACK))
            end->state = TL_CLOSED;
        return;
    }
    if (segment.flags & TL_RST) { /* second */
        if (segment.seq != end->rcv_nxt)
            emit_ack(end, out, end->snd_nxt, 0, 0);
        else
            end->state = end->state == TL_SYN_RECEIVED && !end->active ? TL_LISTEN : TL_CLOSED;
        return;
    }
    if (segment.flags & TL_SYN) { /* fourth: a challenge ACK (RFC 5961, section 4) */
        emit_ack(end, out, end->snd_nxt, 0, 0);
        return;
    }
    if ((segment.flags & TL_ACK) && take_ack(end, segment, out))
        take_text(end, segment, out);
}
