/* The words after a subcommand's name: options and files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_OPTIONS_H
#define PCAPLIFE_OPTIONS_H

#include <glib.h>

#include "command/choice.h"
#include "command/lives.h"

#include <stdbool.h>
#include <stdint.h>

struct options {
    struct preferences preferences;
    int64_t states_interval_ns; /* 0: one that makes at most 200 rows */
    struct choice choice;
    char *output;     /* a file's name; NULL: the standard output */
    bool quiet;       /* no word about packets that are passed over… */
    bool strict;      /* …which are a failure */
    unsigned jobs;    /* files are read at a time; 0: as many as there are processors */
    bool live;        /* connections are written as they end… */
    unsigned idle;    /* …or when they have been silent for so many seconds */
    bool fallback;    /* to tshark, where something cannot be decoded */
    bool slim;        /* records without expert infos and transitions */
    unsigned ladders; /* so many at most in a report */
    GPtrArray *captures; /* each is what source_new() takes */
    GPtrArray *files;    /* char *: all of theirs */
    bool are_joined;     /* there is one, of several files */
    bool some_missing; /* a folder is empty or cannot be read: the user has been told */
};

/* False: the user has been told what is wrong. `summary` is what --help says of the subcommand, `own` its options that
 * no other has, or NULL; it is freed. */
bool options_parse(struct options *options, int argc, char **argv, const char *summary,
                   GOptionGroup *own);
void options_clear(struct options *options);

#endif
