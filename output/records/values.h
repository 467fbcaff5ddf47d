/* Every value of a connection's life: the one table of which records (JSON, CSV), Wireshark's fields and the
 * table of connections are made. A new value is a new row in values.c, and shows in all of them.
 *
 * Names of keys, fields and columns are people's scripts (docs/contract.md): never change one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_VALUES_H
#define TCPLIFE_OUTPUT_VALUES_H

#include <glib.h>

#include "output/records/life.h"
#include "output/records/record_writer.h"

#include <stdbool.h>
#include <stdint.h>

enum value_type {
    VALUE_NUMBER,   /* of 32 bits where it is a field */
    VALUE_BYTES,    /* a number of 64 bits */
    VALUE_FRAME,    /* a frame's number… */
    VALUE_FRAME_OF_REQUEST, /* …that asks for something, */
    VALUE_FRAME_OF_RESPONSE, /* answers, */
    VALUE_FRAME_OF_ACK, /* or acknowledges */
    VALUE_TIME,     /* nanoseconds since the epoch */
    VALUE_DURATION, /* nanoseconds */
    VALUE_WORD,     /* of our own, in which nothing needs an escape */
    VALUE_TEXT,      /* the same, but for addresses in words of the capture's owner */
    VALUE_FILE_NAME, /* in records alone */
    VALUE_LIST       /* in records alone */
};

/* What a getter fills in, by type. */
struct value {
    uint64_t number;  /* NUMBER, BYTES, FRAME… */
    int64_t ns;       /* TIME, DURATION */
    const char *word; /* WORD… */
    const struct record_name *name; /* …and what it is among a record's names; NULL as it was: it is none */
    GString *text;    /* TEXT, FILE_NAME: the caller's, where the value goes */
};

enum value_finality {
    VALUE_OF_LIFE,   /* final: right when all of the capture has been read */
    VALUE_OF_MOMENT  /* as a field, of the segment at hand, and the same in every reading */
};

enum value_unit { VALUE_MILLISECONDS, VALUE_SECONDS };

struct value_row {
    struct record_key key; /* in JSON and CSV. Without a name: records do not have it */
    enum value_type type;
    enum value_finality finality;
    /* False: the life has no such value. */
    bool (*get)(const struct known_life *life, struct value *value);
    /* LIST, instead: writes all of it. */
    void (*put_list)(struct record_writer *writer, const struct record_key *key, const struct known_life *life);
    /* Do this capture's records have it at all? NULL: all do. */
    bool (*exists)(const struct tl_capture *capture);

    struct {
        unsigned place; /* among the fields; 0: it is none */
        const char *name, *title, *help;
        bool costs; /* time and memory: registered when somebody names it */
    } field;

    struct {
        unsigned place; /* among the columns; 0: it is none */
        const char *title;
        unsigned width;
        enum value_unit unit; /* of a DURATION */
    } column;
};

/* In the order of records. */
extern const struct value_row value_rows[];
extern const unsigned value_row_count;

enum { VALUE_ROWS_AT_MOST = 96 };

/* Those that are fields, and those that are columns, in the order of their places. They return how many. */
unsigned value_fields(const struct value_row *rows[VALUE_ROWS_AT_MOST]);
unsigned value_columns(const struct value_row *rows[VALUE_ROWS_AT_MOST]);

#endif
