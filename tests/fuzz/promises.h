/* What the core promises of whatever it is fed: more than not to crash.
 *
 * A fuzz target makes a script out of its input; here the script is played to
 * several trackers, and what they answer is held against each other, against
 * the table of fsm.h, and against a recount.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_FUZZ_PROMISES_H
#define TCPLIFE_FUZZ_PROMISES_H

#include "input.h"
#include "tcplife/tracker.h"

#include <stdbool.h>
#include <stdint.h>

enum { LONGEST_SCRIPT = 256 };

/* A segment, or an ICMP error that quotes one. */
struct happening {
    struct tl_segment segment;
    bool icmp;
    uint8_t icmp_type, icmp_code;
};

struct script {
    struct tl_config config;
    uint32_t fails_at;  /* the allocation that fails in one of the trackers; 0: none */
    bool keeps_failing; /* …and all behind it */
    tl_seq shift[2];    /* what one of the trackers sees added to the numbers of each end */
    unsigned count;
    struct happening at[LONGEST_SCRIPT];
};

/* Takes the settings off the input's beginning: eight bytes. */
void script_begin(struct script *script, struct input *input);

/* Are both between the same two sockets, in either direction? */
bool is_between(const struct tl_segment *s, const struct tl_segment *other);

/* The socket that a number stands for: IPv4, IPv6, another family with the same bytes, and one
 * without an address. */
enum { SOCKETS = 8 };
struct tl_socket socket_number(unsigned number);

/* A duration of either sign out of three bytes, from a nanosecond to centuries. */
int64_t take_duration(struct input *input);
int64_t later(int64_t time_ns, int64_t duration_ns);

/* Ends the process, with a sentence, where a promise is broken. `look`, if not NULL, may look at
 * a tracker that has been fed the whole script. */
void promises_hold(const struct script *script,
                   void (*look)(struct tl_tracker *tracker, const void *ctx), const void *ctx);

#define PROMISE(condition)                                                                         \
    ((condition) ? (void)0 : broken_promise(#condition, __FILE__, __LINE__))
_Noreturn void broken_promise(const char *condition, const char *file, int line);

#endif
