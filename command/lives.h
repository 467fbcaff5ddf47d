/* A tracker with memory, preferences and a random seed: one for each capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_LIVES_H
#define PCAPLIFE_LIVES_H

#include "tcplife/output/capture.h"
#include "tcplife/floods.h"
#include "tcplife/hosts.h"
#include "tcplife/tracker.h"

/* What the user can choose; the defaults are the plugin's. */
struct preferences {
    unsigned msl; /* seconds, as all of these */
    unsigned close_wait_limit;
    unsigned syn_flood_threshold; /* a number of connections */
    unsigned syn_flood_window;
};

extern const struct preferences default_preferences;

/* GLib's. When it runs out, GLib ends the program. */
struct tl_memory lives_memory(void);

/* To be freed with tl_tracker_free(), or with its memory. */
struct tl_tracker *lives_new(const struct tl_memory *memory, const struct preferences *preferences);

/* Who is told of what lies in several trackers (struct tl_config's). */
struct lives_listener {
    void (*half_open)(void *ctx, const struct tl_half_open_note *note);
    void (*host)(void *ctx, const struct tl_host_note *note); /* or NULL */
    void *ctx;
};
struct tl_tracker *lives_told(const struct tl_memory *memory, const struct preferences *preferences,
                              const struct lives_listener *listener);
/* To be freed with tl_floods_free(). */
struct tl_floods *lives_floods(const struct preferences *preferences);

/* What output must know of a capture, but its times, its files and Zeek's words. */
struct tl_capture lives_capture(const struct tl_tracker *lives, const struct preferences *preferences);

#endif
