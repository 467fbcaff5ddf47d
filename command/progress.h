/* How far the program is, on the terminal: files, packets a second, time left. There is one terminal, and so one line.
 *
 * Processes that are forked behind progress_begin() tell of their work on the same line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_PROGRESS_H
#define PCAPLIFE_PROGRESS_H

#include <glib.h>

#include <stdbool.h>
#include <stdint.h>

/* Of these files (char *). If standard error is no terminal, all of this does nothing. */
void progress_begin(const GPtrArray *files);

/* So much more was read. */
void progress_note(int64_t bytes, uint64_t packets);
void progress_note_file(void);

/* What is read until it is taken back was counted already. */
void progress_hold(bool hold);

/* Takes the line away: something else is to be written. */
void progress_clear(void);
void progress_end(void);

#endif
