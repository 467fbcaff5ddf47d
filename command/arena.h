/* Memory for all that is learnt of one capture: it goes away as a whole.
 *
 * A block takes its size and nothing more, is found by a few instructions, and lies near those that were asked for
 * before and after it. What is given back is given again for the same size, and to the system only at the end: so this is not
 * for programs that go on for ever.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARENA_H
#define PCAPLIFE_ARENA_H

#include "tcplife/memory.h"

struct arena;

struct arena *arena_new(void);
/* Gives back all blocks; NULL is fine. */
void arena_free(struct arena *arena);

/* As long as the arena lives. When memory runs out, GLib ends the program. */
struct tl_memory arena_memory(struct arena *arena);

#endif
