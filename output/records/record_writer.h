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

#include <stdbool.h>
#include <stdint.h>

/* What a value is called; as JSON writes it, too, so that this is copied in one go. */
struct record_key {
    const char *name; /* NULL: none */
    unsigned length;  /* of `json` */
    char json[48];    /* the comma before it, and all up to the value */
};
/* Of a literal: for a table, and for a call. */
#define RECORD_KEY(name) {name, sizeof(",\"" name "\":") - 1, ",\"" name "\":"}
#define NO_RECORD_KEY {NULL, 1, ","}
#define KEY(name) (&(const struct record_key)RECORD_KEY(name))

enum record_format { RECORD_JSON, RECORD_CSV };

struct record_writer {
    GString *line; /* the caller's: the record is appended */
    enum record_format format;
    bool is_first; /* JSON: nothing stands before the next value in its object or list */
    GString *scratch; /* the caller's, for texts in the making; NULL: there is none */

    /* CSV */
    GString *cell; /* of a list */
    bool in_list;
    const char *separator; /* in front of the next thing in the cell of a list */
};

void record_begin(struct record_writer *writer, enum record_format format, GString *line);
void record_end(struct record_writer *writer);

void record_number(struct record_writer *writer, const struct record_key *key, uint64_t number);
/* Seconds with nine decimals. */
void record_seconds(struct record_writer *writer, const struct record_key *key, int64_t ns);
void record_string(struct record_writer *writer, const struct record_key *key, const char *text);
/* A text of our own, in which nothing needs an escape. */
void record_word(struct record_writer *writer, const struct record_key *key, const char *word);
void record_absent(struct record_writer *writer);

/* A list is one value of the record. Its items are strings, or small records of their own. In
 * CSV all of it is one cell: items are separated by "; ", an item's values by a space. */
void record_begin_list(struct record_writer *writer, const struct record_key *key);
void record_item_string(struct record_writer *writer, const char *text);
void record_begin_item(struct record_writer *writer);
void record_end_item(struct record_writer *writer);
void record_end_list(struct record_writer *writer);

/* CSV's first line: one of these for each key, then the line's end. */
void record_csv_key(GString *line, const struct record_key *key);
void record_csv_end_of_keys(GString *line);

#endif
