/* Adding to a text: what GLib's printf-like functions do, where every record does it many times.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_TEXT_H
#define TCPLIFE_OUTPUT_TEXT_H

#include <glib.h>

#include <stdint.h>
#include <string.h>

enum {
    TEXT_DIGITS = 20,                  /* a number of 64 bits has no more of them */
    TEXT_SECONDS = 1 + TEXT_DIGITS + 10 /* a sign, and behind the number a point and nine decimals */
};

/* Room for so many more bytes behind the text, for the caller to write them; text_end() says where they end. */
static inline char *text_room(GString *text, size_t bytes)
{
    const size_t used = text->len;

    if (G_UNLIKELY(used + bytes >= text->allocated_len)) {
        g_string_set_size(text, used + bytes);
        text->len = used;
    }
    return text->str + used;
}

static inline void text_end(GString *text, char *end)
{
    *end = '\0';
    text->len = (size_t)(end - text->str);
}

/* Returns where the next thing goes. */
static inline char *text_put(char *to, const char *bytes, size_t length)
{
    memcpy(to, bytes, length);
    return to + length;
}

/* The digits that end in front of `end`; returns the first of them. */
static inline char *text_put_digits_before(char *end, uint64_t value)
{
    static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940"
                                "4142434445464748495051525354555657585960616263646566676869707172737475767778798081"
                                "828384858687888990919293949596979899";

    for (; value >= 100; value /= 100)
        memcpy(end -= 2, pairs + value % 100 * 2, 2);
    if (value >= 10)
        return memcpy(end - 2, pairs + value * 2, 2);
    *--end = (char)('0' + value);
    return end;
}

/* Needs room for TEXT_DIGITS. */
static inline char *text_put_number(char *to, uint64_t value)
{
    char digits[TEXT_DIGITS], *const end = digits + TEXT_DIGITS;
    const char *const first = text_put_digits_before(end, value);

    return text_put(to, first, (size_t)(end - first));
}

/* Exactly so many digits, zeros in front: those of a fraction. */
static inline char *text_put_fraction(char *to, uint64_t value, unsigned digits)
{
    memset(to, '0', digits);
    text_put_digits_before(to + digits, value);
    return to + digits;
}

/* Seconds with nine decimals, of integers: no digit is invented. Needs room for TEXT_SECONDS. */
static inline char *text_put_seconds(char *to, int64_t ns)
{
    const uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

    if (ns < 0)
        *to++ = '-';
    to = text_put_number(to, magnitude / 1000000000);
    *to++ = '.';
    return text_put_fraction(to, magnitude % 1000000000, 9);
}

static inline void text_append_bytes(GString *text, const char *bytes, size_t length)
{
    text_end(text, text_put(text_room(text, length), bytes, length));
}

static inline void text_append(GString *text, const char *words)
{
    text_append_bytes(text, words, strlen(words));
}

static inline void text_append_number(GString *text, uint64_t number)
{
    text_end(text, text_put_number(text_room(text, TEXT_DIGITS), number));
}

#endif
