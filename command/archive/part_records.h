/* What pcaplife reduce tells of one part's connections, for pcaplife result to put together: records with room for the
 * numbers that connections have in the whole, and what SYN floods are found by.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_PART_RECORDS_H
#define PCAPLIFE_ARCHIVE_PART_RECORDS_H

#include <glib.h>

#include "command/archive/cut_datagrams.h"
#include "command/lives.h"
#include "tcplife/floods.h"

#include <stdbool.h>
#include <stdint.h>

/* The same in all parts of an archive, but `part`, and what is of its connections. */
struct part_head {
    char *format; /* "json", "csv" or "zeek" */
    bool is_slim;
    unsigned parts, part;
    struct preferences preferences;
    uint64_t first_number; /* the records' connections are numbered from here on: such a number is nothing else's */
    uint32_t connections;
    int64_t opened_ns, closed_ns; /* of Zeek's log: INT64_MAX and INT64_MIN without a connection */
    struct cut_datagrams datagrams; /* of the slices; part 0 alone knows of them */
    GPtrArray *slices;  /* char *: names of the slices that it is of */
    GPtrArray *damages; /* char *: sentences about files that could not be read to their ends */
};

struct part_head *part_head_new(void);
void part_head_free(struct part_head *head);
void part_head_put(const struct part_head *head, GByteArray *to);
/* NULL: it is none. */
struct part_head *part_head_take(const GByteArray *from);

/* Blocks begin with what they hold; those of a kind follow each other, in this order. */
enum part_block {
    PART_BIRTHS = 'b',    /* how many segments of the whole were before each connection's first one, in their order */
    PART_HOSTS = 'c',    /* struct host_note (host_notes.h): only of hosts that some part may ask about */
    PART_SERVERS = 's',   /* struct part_server */
    PART_HALF_OPEN = 'h', /* struct part_note */
    PART_TEXTS = 't'      /* each connection's record as record_steps.h has it, in pieces: does another one follow? and its bytes */
};

/* Of the part's connections with a server no more had been half-open for a second, at once: where the parts' sum makes
 * no flood, there was none. Servers without such a connection are not told of. */
struct part_server {
    struct tl_socket socket;
    uint64_t most;
};

struct part_note {
    uint64_t ordinal; /* so many segments of the whole are before */
    struct tl_half_open_note note; /* `connection` is its number in the part */
};

struct numbers;

/* Bytes (GByteArray, owned) that become blocks, and the last one, or a new one if that is full. */
GPtrArray *part_blocks_new(void);
GByteArray *part_blocks_room(GPtrArray *blocks);

/* char * */
void part_texts_put(const GPtrArray *texts, GByteArray *to);
void part_texts_take(struct numbers *from, GPtrArray *texts);
bool part_texts_are_same(const GPtrArray *one, const GPtrArray *other);

void part_server_put(const struct part_server *server, GByteArray *to);
struct part_server part_server_take(struct numbers *from);
void part_note_put(const struct part_note *note, GByteArray *to);
struct part_note part_note_take(struct numbers *from);

#endif
