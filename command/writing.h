/* What the subcommands write, and where to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_WRITING_H
#define PCAPLIFE_WRITING_H

#include <glib.h>

#include "command/reading.h"

#include <stdbool.h>
#include <stdio.h>

/* Exit codes: the highest one is the program's. */
enum exit_code {
    PCAPLIFE_OK = 0,
    PCAPLIFE_BROKEN = 1, /* check: a rule is broken; map: so is a file; result: a part is to be reduced once more */
    PCAPLIFE_FAILED = 2  /* wrong usage, or a file that cannot be read to its end */
};

/* What is written. */
struct writing {
    GString *text; /* written by writing_flush(), and when a function below returns */
    FILE *to;
    bool has_failed;    /* nothing more can be written… */
    bool is_unwanted;   /* …since nobody reads it any more */
    bool is_over;       /* no more is to be read: the user has been told why */
    char *why_over;     /* in this sentence; or NULL */
    bool several_files; /* are to be read */
    bool is_slim;       /* records have neither expert infos nor transitions */
    unsigned ladders;   /* so many at most in a report */
    int64_t states_interval_ns; /* of states: a row is for so long; 0: 200 rows at most */
    bool lists_files;   /* records name all files that a connection is in */
    unsigned files;     /* have been written about before this one */
    const GPtrArray *inputs; /* char *: the names of the files that are read */
    bool some_missing;       /* a folder is empty or cannot be read: the user has been told */
    const char *choice;      /* the words with which connections were chosen; NULL: all are wanted */
    struct reading_wishes wishes; /* what is kept of each file: begin() may add to it */
    enum exit_code code; /* so far */
    void *state;        /* the subcommand's */
};

/* How a connection's record is written. */
struct record_format {
    void (*begin)(GString *text, const struct tl_capture *capture); /* before the first one, or NULL */
    void (*append)(GString *text, const struct tl_capture *capture,
                   const struct tl_connection *connection);
    void (*end)(GString *text, const struct tl_capture *capture); /* behind the last one, or NULL */
};
void writing_note_code(struct writing *writing, enum exit_code code);

/* An option has named this file, which no other one may name to be written. */
void writing_take(const char *path);

/* An option names a file that is to be written. False: it would overwrite one that is to be read, or that another option
 * has named; the user has been told. */
bool writing_claim(const struct writing *writing, const char *option, const char *path);

/* The same, opened: a file that is to be written, as `option` says; `-` is the standard output, and for -o alone. NULL: it cannot be, or
 * would overwrite one that is to be read or that another option has named; the user has been told. */
FILE *writing_open(const struct writing *writing, const char *option, const char *path);

/* Writes the text, and empties it. */
void writing_flush(struct writing *writing);

/* The same, but not before there is enough that it is worth the while. */
void writing_flush_long(struct writing *writing);

/* Writes the text, and all that was written gets to where it goes. */
void writing_end(struct writing *writing);

/* Adds what is in a file. */
void writing_append_file(struct writing *writing, FILE *file);

/* Something could not be written, as errno says. */
void writing_note_failure(struct writing *writing);

/* The file's connections in order: *number, 0 at first, is where to go on. NULL: no more, or nobody takes
 * what is written. */
const struct tl_connection *writing_next(const struct writing *writing, const struct reading *reading,
                                         uint32_t *number);

/* Where there are several files, a heading for this one, of which no record tells. */
void writing_begin_file(struct writing *writing, const struct reading *reading);

/* A line: how many packets, segments and connections there are in the file, and how many of these are chosen. */
void writing_append_counts(struct writing *writing, const struct reading *reading);

#endif
