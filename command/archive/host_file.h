/* What all parts of an archive tell of hosts, in the order of the whole: for those that were answered by what they knew
 * of themselves, and would have been answered otherwise by one tracker.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_HOST_FILE_H
#define PCAPLIFE_ARCHIVE_HOST_FILE_H

#include "command/archive/host_notes.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- writing ------------------------------------------------------------------------------- */

struct host_file_writer;

/* Nothing is at `path` before host_file_writer_end(). NULL: it cannot be written, and the user has been told. */
struct host_file_writer *host_file_writer_new(const char *path);
/* In their order. Questions are left out. */
void host_file_put(struct host_file_writer *writer, const struct host_note *note);
/* Of so many parts; `is_wrong` says of each whether it is to be reduced once more; `slices`, char *, are those that they
 * are of. False: it could not be written, and the user has been told. Frees the writer. */
bool host_file_writer_end(struct host_file_writer *writer, unsigned parts, const bool *is_wrong,
                          const GPtrArray *slices);
/* Gives up. NULL is fine. */
void host_file_writer_free(struct host_file_writer *writer);

/* ---- reading ------------------------------------------------------------------------------- */

struct host_file;

/* For that part of those slices. NULL: it cannot be used, and the user has been told. */
struct host_file *host_file_new(const char *path, unsigned parts, unsigned part, const GPtrArray *slices);
void host_file_free(struct host_file *file);

/* Is this part to be reduced once more? */
bool host_file_concerns_part(const struct host_file *file);
/* The next note of another part that is before this segment of the whole, until the next call. NULL: there is none. */
const struct tl_host_note *host_file_before(struct host_file *file, uint64_t ordinal);
/* The user has been told. */
bool host_file_has_failed(const struct host_file *file);

#endif
