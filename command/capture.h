/* Capture files, of every format and compression that Wireshark reads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_CAPTURE_H
#define PCAPLIFE_CAPTURE_H

#include "command/decode/decode.h"

#include <stdbool.h>
#include <stdint.h>

/* Once, before anything else of this file. */
void capture_init(void);

/* Do people call capture files so? By the endings that libwiretap knows. */
bool capture_has_name(const char *name);
/* …and much else, too? */
bool capture_shares_name(const char *name);

struct capture;

/* Why a file cannot be read, or not to its end. */
struct capture_damage {
    int error;        /* libwiretap's number; 0: none */
    char *details;    /* its own words, or NULL */
    uint32_t frame;   /* the last one that was read */
    int64_t offset;   /* so many bytes of the file had been read */
};

/* Reads no file yet. */
struct capture *capture_new(void);
/* NULL is fine. */
void capture_free(struct capture *capture);

/* Reads this file from its beginning, from now on; "-" is the standard input. False: it cannot be opened, and
 * capture_damage() says why. The bytes of packets that were read before live on. */
bool capture_open(struct capture *capture, const char *path);

/* A packet's bytes live until capture_forget(); so many records can be read before that. */
enum { CAPTURE_KEEPS = 128 };

enum capture_result {
    CAPTURE_PACKET,
    CAPTURE_OTHER_RECORD, /* it has a frame number, as in Wireshark, and is none: only that is set */
    CAPTURE_END           /* of the file, or of what can be read of it: capture_damage() */
};

enum capture_result capture_read(struct capture *capture, struct packet *packet);

/* The bytes of all packets so far may go. */
void capture_forget(struct capture *capture);

/* So much of the file has been read: for the user who waits. */
void capture_note_progress(struct capture *capture);

/* What ended the file; owned by the capture. */
const struct capture_damage *capture_damage(const struct capture *capture);

/* It ended at once, and may be no capture at all. Of several pieces one may be so: the next one, not written yet. */
bool capture_holds_nothing(const struct capture *capture);

/* For people: one sentence without a full stop, to be freed with g_free(). */
char *capture_damage_text(const struct capture_damage *damage);
void capture_damage_clear(struct capture_damage *damage);

#endif
