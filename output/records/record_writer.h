/* Writes records of named values, as JSON Lines or as CSV.
 *
 * The same calls, in the same order, for every record; a value that there is
 * not is announced with record_absent(). JSON leaves it out, CSV leaves its
 * cell empty. It knows nothing of TCP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RECORD_WRITER_H
#define TCPLIFE_RECORD_WRITER_H

#include <stdio.h>

enum record_format { RECORD_JSON, RECORD_CSV };

struct record_writer;

struct record_writer *record_writer_new(FILE *file, enum record_format format);
void record_writer_free(struct record_writer *writer);

/* A record between these two only tells the keys: CSV's header line. */
void record_begin_header(struct record_writer *writer);
void record_end_header(struct record_writer *writer);

void record_begin(struct record_writer *writer);
void record_end(struct record_writer *writer);

void record_number(struct record_writer *writer, const char *key, const char *digits);
void record_string(struct record_writer *writer, const char *key, const char *text);
/* A text of our own, in which nothing needs an escape. */
void record_word(struct record_writer *writer, const char *key, const char *word);
void record_absent(struct record_writer *writer, const char *key);

/* A list is one value of the record. Its items are strings, or small records of their own. In
 * CSV all of it is one cell: items are separated by "; ", an item's values by a space. */
void record_begin_list(struct record_writer *writer, const char *key);
void record_item_string(struct record_writer *writer, const char *text);
void record_begin_item(struct record_writer *writer);
void record_end_item(struct record_writer *writer);
void record_end_list(struct record_writer *writer, const char *key);

#endif
