/* Tables of figures: rows of cells that know their type and unit, for whoever shows them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_TABLES_H
#define TCPLIFE_OUTPUT_TABLES_H

#include <glib.h>

#include "tcplife/output/capture.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- a cell -------------------------------------------------------------------------------- */

enum figure_type {
    FIGURE_NOTHING, /* not known: empty */
    FIGURE_TEXT,
    FIGURE_COUNT,
    FIGURE_PERCENT,
    FIGURE_MILLISECONDS,
    FIGURE_SECONDS,
    FIGURE_BYTES
};

struct figure {
    enum figure_type type;
    const char *text; /* TEXT */
    uint32_t count;   /* COUNT */
    double number;    /* PERCENT, BYTES; nanoseconds for MILLISECONDS and SECONDS */
};

enum { FIGURE_SIZE = 2 * G_ASCII_DTOSTR_BUF_SIZE };

/* Anything but a text, as one; returns `buffer`. Numbers other than counts have as many decimals and
 * characters as the others of their type, so that these texts sort as the numbers do. */
const char *figure_text(const struct figure *figure, char buffer[FIGURE_SIZE]);

/* ---- where cells go ------------------------------------------------------------------------ */

/* One table after the other, row by row, from each row's first cell on; those that are left out at its
 * end are empty. Texts stay until the call returns. */
struct figure_sink {
    void (*begin_table)(void *to, const char *title);
    void (*begin_row)(void *to);
    void (*put)(void *to, const struct figure *figure);
    void (*end_row)(void *to);
    void *to;
};

void figure_begin_row(const struct figure_sink *sink);
void figure_end_row(const struct figure_sink *sink);
void figure_put_nothing(const struct figure_sink *sink);
void figure_put_text(const struct figure_sink *sink, const char *text);
void figure_put_count(const struct figure_sink *sink, uint32_t count);
void figure_put_percent(const struct figure_sink *sink, double percent);
void figure_put_milliseconds(const struct figure_sink *sink, double ns);
void figure_put_seconds(const struct figure_sink *sink, double ns);
void figure_put_bytes(const struct figure_sink *sink, uint64_t bytes); /* counts end at 4 GiB */

/* ---- the tables ---------------------------------------------------------------------------- */

struct figure_column {
    const char *title;
    bool is_count; /* or else a text, or what figure_text() makes of a number */
    bool is_left;  /* where it is aligned to */
    unsigned width;
};

enum { FIGURE_COLUMNS_AT_MOST = 32 };

/* Writes them anew, from what is known of the connections now. `chosen` is a connection_set. */
typedef void figure_fill(const struct figure_sink *sink, const struct tl_capture *capture,
                         const GByteArray *chosen);

/* How connections opened and closed, how long each step took, where the ends are: six tables with the
 * same columns. */
figure_fill lifecycle_tables_fill;
unsigned lifecycle_tables_columns(struct figure_column columns[FIGURE_COLUMNS_AT_MOST]);

/* One row a connection. */
figure_fill connection_table_fill;
unsigned connection_table_columns(struct figure_column columns[FIGURE_COLUMNS_AT_MOST]);

/* One row a server's socket. */
figure_fill server_table_fill;
unsigned server_table_columns(struct figure_column columns[FIGURE_COLUMNS_AT_MOST]);

/* How many connections were where: one row an interval, and in a table of its own the moment at which the
 * most were open (states_over_time.h). An interval of 0 ns: one that makes at most 200 rows. */
void states_table_fill(const struct figure_sink *sink, const struct tl_capture *capture,
                       const GByteArray *chosen, int64_t interval_ns);
unsigned states_table_columns(struct figure_column columns[FIGURE_COLUMNS_AT_MOST]);

#endif
