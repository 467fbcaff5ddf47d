/* Does the user want the program to end? SIGINT and SIGTERM ask for that in good order: what is known is written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_STOPPING_H
#define PCAPLIFE_STOPPING_H

/* From now on these signals are counted, and end nothing. Signals that were ignored stay so. To be called by the
 * thread that waits for input. */
void stopping_begin(void);

/* How often the user has asked. */
unsigned stopping_asked(void);

/* Lets a read() in which that thread waits, or will wait in a moment, return with EINTR; to be repeated until it has:
 * the thread may be on its way into it. */
void stopping_interrupt(void);

#endif
