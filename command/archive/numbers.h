/* Numbers as bytes: seven bits in each, the lowest first; the eighth says that more follow (LEB128). Numbers that may
 * be negative are folded: 0, -1, 1, -2 … become 0, 1, 2, 3 …
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_NUMBERS_H
#define PCAPLIFE_ARCHIVE_NUMBERS_H

#include "tcplife/segment.h"

#include <glib.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { NUMBER_AT_MOST = 10 }; /* bytes */

/* Returns what is behind it. */
static inline uint8_t *numbers_write(uint8_t *to, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *to++ = (uint8_t)(number | 0x80);
    *to++ = (uint8_t)number;
    return to;
}

static inline uint64_t numbers_folded(int64_t number)
{
    return (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0);
}

static inline int64_t numbers_unfolded(uint64_t folded)
{
    return (int64_t)(folded >> 1 ^ (folded & 1 ? UINT64_MAX : 0));
}

static inline void numbers_put(GByteArray *to, uint64_t number)
{
    uint8_t bytes[NUMBER_AT_MOST];

    g_byte_array_append(to, bytes, (guint)(numbers_write(bytes, number) - bytes));
}

static inline void numbers_put_signed(GByteArray *to, int64_t number)
{
    numbers_put(to, numbers_folded(number));
}

/* The step from one number to another, and the number behind a step. Damage may make them any numbers: what is too far
 * apart wraps, and comes back the same. */
static inline int64_t numbers_step(int64_t from, int64_t to)
{
    return (int64_t)((uint64_t)to - (uint64_t)from);
}

static inline int64_t numbers_after_step(int64_t from, int64_t step)
{
    return (int64_t)((uint64_t)from + (uint64_t)step);
}

/* Its length, and the bytes. */
static inline void numbers_put_bytes(GByteArray *to, const void *bytes, size_t length)
{
    numbers_put(to, length);
    g_byte_array_append(to, bytes, (guint)length);
}

static inline void numbers_put_text(GByteArray *to, const char *text)
{
    numbers_put_bytes(to, text, strlen(text));
}

enum { SOCKET_AT_MOST = 2 + 3 + 1 + 16 }; /* bytes */

static inline uint8_t *numbers_write_socket(uint8_t *to, const struct tl_socket *socket)
{
    to = numbers_write(to, socket->family);
    to = numbers_write(to, socket->port);
    to = numbers_write(to, socket->address_length);
    memcpy(to, socket->address, sizeof socket->address);
    return to + socket->address_length;
}

static inline void numbers_put_socket(GByteArray *to, const struct tl_socket *socket)
{
    uint8_t bytes[SOCKET_AT_MOST];

    g_byte_array_append(to, bytes, (guint)(numbers_write_socket(bytes, socket) - bytes));
}

/* Many numbers that wait for a block. */
struct numbers_column {
    uint8_t *bytes, *at, *end; /* the next number goes there; the room's end */
};

static inline void numbers_make_room(struct numbers_column *column)
{
    const size_t count = (size_t)(column->at - column->bytes), room = (size_t)(column->end - column->bytes) * 2 + 4096;

    column->bytes = (uint8_t *)g_realloc(column->bytes, room);
    column->at = column->bytes + count;
    column->end = column->bytes + room;
}

static inline size_t numbers_room(const struct numbers_column *column)
{
    return (size_t)(column->end - column->at);
}

static inline void numbers_add_in_room(struct numbers_column *to, uint64_t number)
{
    to->at = numbers_write(to->at, number);
}

static inline void numbers_add(struct numbers_column *to, uint64_t number)
{
    if (numbers_room(to) < NUMBER_AT_MOST)
        numbers_make_room(to);
    numbers_add_in_room(to, number);
}

/* All of them, which the column then forgets. */
static inline void numbers_put_column(GByteArray *to, struct numbers_column *column)
{
    numbers_put_bytes(to, column->bytes, (size_t)(column->at - column->bytes));
    column->at = column->bytes;
}

/* What is read. Behind what is no number, or the end, everything is 0 and empty. */
struct numbers {
    const uint8_t *at, *end;
    bool is_wrong;
};

/* All that are there; NULL, of no length, is nothing. */
static inline struct numbers numbers_in(const uint8_t *bytes, size_t length)
{
    static const uint8_t nothing;
    const uint8_t *at = bytes != NULL ? bytes : &nothing;

    return (struct numbers){.at = at, .end = at + length};
}

/* Is the next number of two bytes, if it is not of one? */
static inline bool numbers_are_two(const struct numbers *from)
{
    return from->end - from->at > 1 && from->at[1] < 0x80;
}

static inline uint64_t numbers_take_two(struct numbers *from)
{
    const uint64_t number = (from->at[0] & 0x7fu) | (uint64_t)from->at[1] << 7;

    from->at += 2;
    return number;
}

static inline uint64_t numbers_take(struct numbers *from)
{
    uint64_t number = 0;

    if (from->at < from->end && *from->at < 0x80) /* as most are */
        return *from->at++;
    if (numbers_are_two(from)) /* as are most of the others */
        return numbers_take_two(from);
    for (unsigned shift = 0; from->at < from->end && shift < 64; shift += 7) {
        const uint8_t byte = *from->at++;

        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return number;
    }
    from->is_wrong = true;
    from->at = from->end;
    return 0;
}

static inline int64_t numbers_take_signed(struct numbers *from)
{
    return numbers_unfolded(numbers_take(from));
}

/* NULL: there are not so many. */
static inline const uint8_t *numbers_take_bytes(struct numbers *from, size_t *length)
{
    const uint64_t wanted = numbers_take(from);
    const uint8_t *bytes = from->at;

    if (wanted > (uint64_t)(from->end - from->at)) {
        from->is_wrong = true;
        from->at = from->end;
        *length = 0;
        return NULL;
    }
    from->at += wanted;
    *length = (size_t)wanted;
    return bytes;
}

/* To be freed with g_free(); never NULL. */
static inline char *numbers_take_text(struct numbers *from)
{
    size_t length;
    const uint8_t *bytes = numbers_take_bytes(from, &length);

    return bytes != NULL ? g_strndup((const char *)bytes, length) : g_strdup("");
}

static inline struct tl_socket numbers_take_socket(struct numbers *from)
{
    struct tl_socket socket = {0};
    const uint8_t *address;
    size_t length;

    socket.family = (uint8_t)numbers_take(from);
    socket.port = (uint16_t)numbers_take(from);
    address = numbers_take_bytes(from, &length);
    if (address == NULL || length > sizeof socket.address) {
        from->is_wrong = true;
        return socket;
    }
    memcpy(socket.address, address, length);
    socket.address_length = (uint8_t)length;
    return socket;
}

#endif
