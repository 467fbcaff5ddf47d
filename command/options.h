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

/* Options that not every subcommand has a use for. */
enum option_use {
    OPTION_JOBS = 1 << 0,
    OPTION_FALLBACK = 1 << 1,
    OPTION_LIVE = 1 << 2,
    OPTION_IDLE = 1 << 3,
    OPTION_SLIM = 1 << 4,
    OPTION_LADDERS = 1 << 5,
    OPTION_STATES_INTERVAL = 1 << 6
};

struct options {
    unsigned given; /* of enum option_use */
    struct preferences preferences;
    int64_t states_interval_ns; /* 0: one that makes at most 200 rows */
    struct choice choice;
    char *output;     /* a file's name; NULL: the standard output */
    bool quiet;       /* no word about packets, and texts, that are passed over… */
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
    bool texts_beside; /* in folders: they were passed over */
    bool some_missing; /* a folder is empty or cannot be read: the user has been told */
};

struct options_usage {
    const char *subcommand;
    const char *summary; /* what --help says of it */
    unsigned takes;      /* of enum option_use; others are refused */
    bool is_judge;       /* there is an exit code 1 */
    GOptionGroup *own;   /* options that no other has, or NULL; it is freed */
};

/* False: the user has been told what is wrong. */
bool options_parse(struct options *options, int argc, char **argv,
                   const struct options_usage *usage);
void options_clear(struct options *options);

#endif
