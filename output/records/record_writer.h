/* Writes one record of named values, as a line of JSON or of CSV.
 *
 * The same calls, in the same order, for every record; a value that there is
 * not is announced with record_absent(). JSON leaves it out, CSV leaves its
 * cell empty. It knows nothing of TCP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_RECORD_WRITER_H
#define TCPLIFE_OUTPUT_RECORD_WRITER_H

#include <glib.h>

#include "output/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { RECORD_KEY_ROOM = 48 };

/* What a value is called; as JSON writes it, too, so that this is copied in one go. */
struct record_key {
    const char *name; /* NULL: none */
    unsigned length;  /* of `json` */
    char json[RECORD_KEY_ROOM]; /* all up to the value */
};
/* Of a literal: for a table, and for a call. */
#define RECORD_KEY(name) {name, sizeof("\"" name "\":") - 1, "\"" name "\":"}
#define NO_RECORD_KEY {NULL, 0, ""}
#define KEY(name) (&(const struct record_key)RECORD_KEY(name))

/* A word of ours, in room of one size, too: of those that every record has many of. */
struct record_name {
    char text[31];
    uint8_t length;
};
#define RECORD_NAME(name) {name, sizeof(name) - 1}

enum record_format { RECORD_JSON, RECORD_CSV };

/* A time as it is written: most of a life are in the same second, and some are the same. */
struct record_time {
    uint64_t ns;          /* 0: none yet */
    unsigned fraction_at; /* where its decimals begin */
    unsigned length;
    char text[TEXT_SECONDS + 1];
};

struct record_writer {
    GString *line;          /* the caller's: the record is appended… */
    char *to;               /* …here */
    const char *last_begin; /* a value that begins here still has room */
    enum record_format format;
    char behind;            /* what stands behind each value: a comma, or a space within a cell of CSV's */
    bool is_in_list_of_csv; /* which is one text… */
    bool list_has_text;     /* …that may need quotes, as words and numbers do not */
    struct record_time time;  /* that was written last */
    size_t value_at, text_at; /* where in the line the text begins that is being written, with its key and without */
};

void record_begin(struct record_writer *writer, enum record_format format, GString *line);
void record_end(struct record_writer *writer);

void record_number(struct record_writer *writer, const struct record_key *key, uint64_t number);
/* Seconds with nine decimals: a duration, and a time, of which there are many close to each other. */
void record_seconds(struct record_writer *writer, const struct record_key *key, int64_t ns);
void record_time(struct record_writer *writer, const struct record_key *key, int64_t ns);
void record_string(struct record_writer *writer, const struct record_key *key, const char *text);
/* The same of a text in the making: what is appended to the line that the first returns, up to one of the others. */
GString *record_begin_text(struct record_writer *writer, const struct record_key *key);
/* JSON: nothing in a text of ours needs an escape. */
void record_end_text(struct record_writer *writer, bool is_ours);
void record_drop_text(struct record_writer *writer); /* it turned out to be absent */
/* A text of our own, in which nothing needs an escape. */
void record_word(struct record_writer *writer, const struct record_key *key, const char *word);
/* The same, for less. */
void record_name(struct record_writer *writer, const struct record_key *key, const struct record_name *name);
void record_absent(struct record_writer *writer);

/* A list is one value of the record. Its items are strings, or small records of their own, of one value at least. In
 * CSV all of it is one cell: items are separated by "; ", an item's values by a space. */
void record_begin_list(struct record_writer *writer, const struct record_key *key);
void record_item_string(struct record_writer *writer, const char *text);
void record_item_name(struct record_writer *writer, const struct record_name *name);
void record_begin_item(struct record_writer *writer);
void record_end_item(struct record_writer *writer);
void record_end_list(struct record_writer *writer);

/* CSV's first line: one of these for each key, then the line's end. */
void record_csv_key(GString *line, const struct record_key *key);
void record_csv_end_of_keys(GString *line);

#endif
