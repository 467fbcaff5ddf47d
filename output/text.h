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

/* As g_string_truncate(text, 0), where every value does it. */
static inline void text_clear(GString *text)
{
    text->str[0] = '\0';
    text->len = 0;
}

static inline void text_end(GString *text, char *end)
{
    *end = '\0';
    text->len = (size_t)(end - text->str);
}

/* Short texts are most: two copies of one size, which may overlap, cost less than a call. Returns where the next thing
 * goes. */
static inline char *text_put(char *to, const char *bytes, size_t length)
{
    if (length > 32 || length < 4) {
        memcpy(to, bytes, length);
    } else if (length >= 16) {
        memcpy(to, bytes, 16);
        memcpy(to + (length - 16), bytes + (length - 16), 16);
    } else if (length >= 8) {
        memcpy(to, bytes, 8);
        memcpy(to + (length - 8), bytes + (length - 8), 8);
    } else {
        memcpy(to, bytes, 4);
        memcpy(to + (length - 4), bytes + (length - 4), 4);
    }
    return to + length;
}

/* The digits that end in front of `end`; returns the first of them. */
static inline char *text_put_digits_before(char *end, uint64_t value)
{
    do
        *--end = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    return end;
}

enum { TEXT_EIGHT_DIGITS = 100000000 };

/* The digits of a number below TEXT_EIGHT_DIGITS, zeros in front, the first one in the lowest byte. It is cut in halves,
 * all of them at once: two numbers of four digits, four of two, eight of one. */
static inline uint64_t text_eight_digits(uint32_t value)
{
    const uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
    /* A product and a shift divide, as far as so small numbers go. */
    const uint64_t hundreds = fours * 10486 >> 20 & UINT64_C(0x0000007f0000007f);
    const uint64_t twos = hundreds + ((fours - hundreds * 100) << 16);
    const uint64_t tens = twos * 103 >> 10 & UINT64_C(0x000f000f000f000f);
    const uint64_t ones = tens + ((twos - tens * 10) << 8);

    return ones + UINT64_C(0x3030303030303030);
}

static inline void text_store(char *to, uint64_t eight)
{
    eight = GUINT64_TO_LE(eight);
    memcpy(to, &eight, sizeof eight);
}

static inline char *text_put_eight_digits(char *to, uint32_t value)
{
    text_store(to, text_eight_digits(value));
    return to + 8;
}

static inline char *text_put_two_digits(char *to, uint32_t value)
{
    static const char pairs[] = "0001020304050607080910111213141516171819"
                                "2021222324252627282930313233343536373839"
                                "4041424344454647484950515253545556575859"
                                "6061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";

    memcpy(to, pairs + (size_t)2 * value, 2);
    return to + 2;
}

/* At most two, four or eight, no zeros in front: numbers are small, mostly. */
static inline char *text_put_up_to_two(char *to, uint32_t value)
{
    if (value >= 10)
        return text_put_two_digits(to, value);
    *to = (char)('0' + value);
    return to + 1;
}

static inline char *text_put_up_to_four(char *to, uint32_t value)
{
    if (value < 100)
        return text_put_up_to_two(to, value);
    return text_put_two_digits(text_put_up_to_two(to, value / 100), value % 100);
}

static inline char *text_put_small_number(char *to, uint32_t value)
{
    if (value < 10000)
        return text_put_up_to_four(to, value);
    to = text_put_up_to_four(to, value / 10000);
    to = text_put_two_digits(to, value % 10000 / 100);
    return text_put_two_digits(to, value % 100);
}

/* Needs room for TEXT_DIGITS. */
static inline char *text_put_number(char *to, uint64_t value)
{
    uint64_t left;

    if (value < TEXT_EIGHT_DIGITS)
        return text_put_small_number(to, (uint32_t)value);
    left = value / TEXT_EIGHT_DIGITS;
    if (left < TEXT_EIGHT_DIGITS)
        to = text_put_small_number(to, (uint32_t)left);
    else
        to = text_put_eight_digits(text_put_small_number(to, (uint32_t)(left / TEXT_EIGHT_DIGITS)),
                                   (uint32_t)(left % TEXT_EIGHT_DIGITS));
    return text_put_eight_digits(to, (uint32_t)(value % TEXT_EIGHT_DIGITS));
}

/* Exactly nine digits, zeros in front: those of a fraction. */
static inline char *text_put_nanoseconds(char *to, uint32_t value)
{
    *to = (char)('0' + value / TEXT_EIGHT_DIGITS);
    return text_put_eight_digits(to + 1, value % TEXT_EIGHT_DIGITS);
}

/* …and six. */
static inline char *text_put_microseconds(char *to, uint32_t value)
{
    text_store(to, text_eight_digits(value) >> 16);
    return to + 6;
}

/* Seconds with nine decimals, of integers: no digit is invented. Needs room for TEXT_SECONDS. */
static inline char *text_put_seconds(char *to, int64_t ns)
{
    const uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

    if (ns < 0)
        *to++ = '-';
    to = text_put_number(to, magnitude / 1000000000);
    *to++ = '.';
    return text_put_nanoseconds(to, (uint32_t)(magnitude % 1000000000));
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
