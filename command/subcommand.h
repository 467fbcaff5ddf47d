/* What the subcommands have in common: every file is read, and something is written of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_SUBCOMMAND_H
#define PCAPLIFE_SUBCOMMAND_H

#include <glib.h>

#include "command/reading.h"

#include <stdbool.h>
#include <stdio.h>

/* Exit codes. */
enum {
    PCAPLIFE_OK = 0,
    PCAPLIFE_FAILED = 2 /* wrong usage, or a file that cannot be read to its end */
};

/* What is written. */
struct writing {
    GString *text; /* written by writing_flush(), and when a function below returns */
    FILE *to;
    bool has_failed;    /* nothing more can be written… */
    bool is_unwanted;   /* …since nobody reads it any more */
    bool several_files; /* are to be read */
    bool is_slim;       /* records have neither expert infos nor transitions */
    unsigned files;     /* have been written about before this one */
    void *state;        /* the subcommand's */
};

/* Writes the text, and empties it. */
void writing_flush(struct writing *writing);

/* The file's connections in order: *number, 0 at first, is where to go on. NULL: no more, or nobody takes
 * what is written. */
const struct tl_connection *writing_next(const struct writing *writing, const struct reading *reading,
                                         uint32_t *number);

/* Where there are several files, a heading for this one, of which no record tells. */
void writing_begin_file(struct writing *writing, const struct reading *reading);

struct subcommand {
    const char *name;
    const char *help; /* what it writes */
    bool can_be_slim; /* records without expert infos and transitions */
    struct reading_wishes wishes;
    void (*begin)(struct writing *writing); /* before the first file, or NULL */
    void (*write)(struct writing *writing, const struct reading *reading);
    void (*end)(struct writing *writing); /* after the last one, or NULL */
};

/* `argv[0]` is its name. Returns an exit code; `help` is what --help says. */
int subcommand_run(const struct subcommand *self, int argc, char **argv, const char *help);

#endif
