/* The captures that the user names: each is a file, or files that are one capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_CAPTURES_H
#define PCAPLIFE_CAPTURES_H

#include <glib.h>

#include <stdbool.h>

/* The user's words; NULL: there are none. */
struct capture_words {
    char **files; /* files, and folders of them; "-" is the standard input */
    char **taps;  /* NAME=FILE[,FILE…] of --tap */
    bool join;    /* the files are one capture */
    GPtrArray *tap_names; /* gets those of the taps that are joined, to be freed with g_free(); "": files without one.
                             NULL: nobody asks */
    GPtrArray *texts; /* gets those that folders hold beside captures, to be freed with g_free() */
};

/* What source_new() takes, for each capture. NULL: the user has been told what is wrong. *some_missing is set where
 * a folder is empty or cannot be read, of which the user has been told, too. */
GPtrArray *captures_new(const struct capture_words *words, bool *some_missing);

/* All their files, char * that the captures own. */
GPtrArray *captures_files(const GPtrArray *captures);

#endif
