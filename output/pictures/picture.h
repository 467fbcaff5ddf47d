/* The picture of a connection, as textbooks draw it: what is in it, not what it looks like.
 *
 *   feed every segment to the film     picture_film_take(), film.h
 *   lines and spans of a connection    picture_new(), make_picture.h
 *   draw them                          ladder.h (text), svg.h
 *
 * What is one line and what is folded, which segments did not arrive, which crossed, and how long the
 * spans beside the lines are: everything that is drawn comes from here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_PICTURE_H
#define TCPLIFE_PICTURE_H

#include "tcplife/output/sentences.h"

#include <stdbool.h>
#include <stdint.h>

enum picture_kind {
    PICTURE_SEGMENT,
    PICTURE_RUN,        /* of plain data, folded */
    PICTURE_ICMP_ERROR, /* about a segment of `receiver` */
    PICTURE_SILENCE,    /* nothing for `pause_ns` */
    PICTURE_TIMEOUT     /* 2 MSL have passed */
};

enum picture_loss {
    PICTURE_ARRIVES,
    PICTURE_UNANSWERED, /* its sender repeats it, or gives up: lost, or not taken */
    PICTURE_LOST        /* what its receiver sends later shows that it did not arrive */
};

enum picture_phase { PICTURE_OPENING, PICTURE_DATA, PICTURE_CLOSING, PICTURE_RESET };

/* An end's state beside one end of an arrow. */
struct picture_state {
    enum tl_state state;
    bool presumed;
    bool changed;
    bool taken_back; /* was presumed when the segment was captured; it had not arrived */
    bool unseen;     /* follows from the clock; nothing was captured any more */
};

struct picture_note {
    enum tl_severity severity;
    char *text;
};

struct picture_line {
    enum picture_kind kind;
    enum picture_phase phase;
    enum picture_loss loss;
    enum tl_role sender;
    uint32_t frame, last_frame; /* the same but for a run; 0: none */
    int64_t time_ns, last_ns;   /* since the connection began */
    int64_t pause_ns;           /* SILENCE */
    bool crosses;               /* sent before the line above arrived */

    struct tl_states states;        /* after the line, as the fields say */
    struct picture_state departure; /* of the sender, when it sent */
    struct picture_state arrival;   /* of the receiver, when it arrived */
    bool expires[2];                /* TIMEOUT: whose TIME-WAIT */
    bool restarts[2];               /* whose TIME-WAIT starts again */

    char *label;            /* "FIN,ACK seq 21 ack 23" */
    char *step;             /* "teardown 1", or NULL */
    char *flow[2];          /* RUN, by sender: "17 segments, 20,480 bytes", or NULL */
    enum tl_role first_flow; /* RUN: who sent data first */
    struct picture_note *notes;
    unsigned note_count;
};

/* A time beside the lines, from one to another. */
struct picture_span {
    enum tl_role side;
    bool half_closed; /* or else TIME-WAIT */
    bool open;        /* it had not ended when the capture did */
    unsigned from, to;
    char *text;
};

struct picture {
    uint32_t number;
    char *socket[2]; /* "192.0.2.1:80" */
    char *summary;   /* the life in one line */
    bool has_before; /* the states before the first line are known */
    struct tl_states before;
    struct picture_line *lines;
    unsigned line_count;
    struct picture_span *spans;
    unsigned span_count;
};

#endif
