/* The files of an archive's taps, in the order in which they are read, whichever task has mapped them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_TAP_FILES_H
#define PCAPLIFE_ARCHIVE_TAP_FILES_H

#include "command/archive/slice.h"

/* A file that has frames, and what its tap had before it. */
struct tap_file {
    const struct slice_file *file;
    unsigned slice, number; /* which of the slices, and which of its files */
    char *key;              /* of its name, in which numbers count as numbers */
    uint64_t frames_before, segments_before;
    int64_t latest_before_ns;
};

struct tap_files {
    const char *name; /* the slices' */
    GArray *files;    /* struct tap_file */
};

/* Of all slices (struct slice *, which live on): struct tap_files, by their names. NULL: they do not go together, and
 * the user has been told. */
GArray *tap_files_new(const GPtrArray *slices);
void tap_files_free(GArray *taps);

/* The latest time of all the tap's frames until this file's end. */
int64_t tap_file_latest_ns(const struct tap_file *file);

#endif
