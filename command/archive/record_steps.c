/* See record_steps.h.
 *
 * A step says: so many bytes of the last record come again, so many of it are left out, and these are new. It knows
 * nothing of what records mean: numbers are digits, words are what is between them, and where neither goes on, the next
 * bytes of the one are looked for in the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* memmem(); so it is called. NOLINT(bugprone-reserved-identifier) */
#include "command/archive/record_steps.h"

#include "command/archive/numbers.h"
#include "output/text.h"

#include <string.h>

/* So many bytes are looked for, in so many that follow. */
enum { LOOKED_FOR = 8, LOOKED_AT = 1024 };
/* So many are compared at once. */
static const size_t WORD = sizeof(uint64_t);
/* Read, so many are copied at once, and there is room for them behind each text. */
enum { COPIED = 32 };
/* Written, so many are looked at or copied at once, and are there behind each text: the first ones are 0. */
enum { BEHIND = 16 };
/* The numbers of a step. */
static const size_t STEP_AT_MOST = (size_t)3 * NUMBER_AT_MOST;

/* Two records, and how far both have been gone through. */
struct pair {
    const char *from, *from_end; /* the last one */
    const char *to, *to_end;     /* this one */
};

struct record_steps *record_steps_new(void)
{
    struct record_steps *steps = g_new0(struct record_steps, 1);

    steps->text = g_string_new(NULL);
    steps->before_text = g_string_new(NULL);
    steps->places = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    steps->before_places = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    steps->steps = g_string_new(NULL);
    return steps;
}

void record_steps_free(struct record_steps *steps)
{
    g_string_free(steps->text, TRUE);
    g_string_free(steps->before_text, TRUE);
    g_array_free(steps->places, TRUE);
    g_array_free(steps->before_places, TRUE);
    g_string_free(steps->steps, TRUE);
    g_free(steps);
}

GString *record_steps_begin(struct record_steps *steps)
{
    GString *text = steps->text;
    GArray *places = steps->places;

    steps->text = steps->before_text;
    steps->places = steps->before_places;
    steps->before_text = text;
    steps->before_places = places;
    text_clear(steps->text);
    g_array_set_size(steps->places, 0);
    return steps->text;
}

/* ---- numbers of connections ------------------------------------------------------------------ */

static bool is_digit(char byte)
{
    return (unsigned char)(byte - '0') < 10;
}

static uint64_t word_at(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return GUINT64_FROM_LE(word);
}

/* The place of the lowest byte that is not 0. */
static size_t lowest_byte(uint64_t word)
{
    return (size_t)__builtin_ctzll(word) / 8;
}

/* The highest bit of each byte that is no digit, of eight at once. */
static uint64_t other_than_digits(uint64_t word)
{
    const uint64_t highest = UINT64_C(0x8080808080808080);

    word ^= UINT64_C(0x3030303030303030); /* so digits are 0 to 9, and ten more than 0x76 reach the highest bit */
    return (((word & ~highest) + UINT64_C(0x7676767676767676)) | word) & highest;
}

/* (Behind a text there is a 0.) */
static const char *behind_digits(const char *at)
{
    uint64_t others;

    while ((others = other_than_digits(word_at(at))) == 0)
        at += WORD;
    return at + lowest_byte(others);
}

static void add_place(struct record_steps *steps, const char *at)
{
    const uint32_t place = (uint32_t)(at - steps->text->str);

    g_array_append_val(steps->places, place);
}

/* Are these digits a connection's number, of which the last ones are here? */
static bool is_number(const struct record_steps *steps, const char *at, const char *end, const char *constant)
{
    const char *const text = steps->text->str, *const begin = end - RECORD_DIGITS;

    if (end - text < RECORD_DIGITS || memcmp(begin, constant, RECORD_CONSTANT) != 0 || (begin > text && is_digit(begin[-1])))
        return false;
    for (const char *digit = begin + RECORD_CONSTANT; digit < at; digit++)
        if (!is_digit(*digit))
            return false;
    return begin <= at;
}

/* Notes a connection's number, if the digits here are one or its end. Returns what is behind them. */
static inline const char *note_digits(struct record_steps *steps, const char *at, const char *constant)
{
    const char *end = behind_digits(at);

    /* Nearly all are other numbers: where a connection's would begin there is another byte. */
    if (end - steps->text->str >= RECORD_DIGITS && end[-RECORD_DIGITS] == constant[0] && is_number(steps, at, end, constant))
        add_place(steps, end - RECORD_DIGITS);
    return end;
}

/* The same of all digits in these bytes, which begin and end with none that go on. */
static void note_all_digits(struct record_steps *steps, const char *at, const char *end, const char *constant)
{
    while (at < end)
        at = is_digit(*at) ? note_digits(steps, at, constant) : at + 1;
}

/* Those that come again with other bytes: `next` is the first one in the last record that may. */
static void note_again(struct record_steps *steps, const struct pair *at, size_t count, unsigned *next)
{
    const GArray *before = steps->before_places;
    const size_t begin = (size_t)(at->from - steps->before_text->str);

    for (; *next < before->len; ++*next) {
        const uint32_t place = g_array_index(before, uint32_t, *next);

        if (place + (size_t)RECORD_DIGITS > begin + count)
            return;
        if (place >= begin && !is_digit(at->to[place - begin + RECORD_DIGITS]))
            add_place(steps, at->to + (place - begin));
    }
}

/* ---- what differs ---------------------------------------------------------------------------- */

static inline size_t count_same(const struct pair *at)
{
    const char *const from = at->from, *const to = at->to;
    const size_t most = (size_t)MIN(at->from_end - from, at->to_end - to);
    size_t count = 0;

    for (; most - count >= 2 * WORD; count += 2 * WORD) {
        const uint64_t first = word_at(from + count) ^ word_at(to + count);
        const uint64_t second = word_at(from + count + WORD) ^ word_at(to + count + WORD);

        if ((first | second) != 0)
            return count + (first != 0 ? lowest_byte(first) : WORD + lowest_byte(second));
    }
    while (count < most && from[count] == to[count])
        count++;
    return count;
}

static const char *behind_word(const char *at, const char *end)
{
    while (at < end && *at != '"' && *at != ',' && *at != ' ' && *at != '\t' && !is_digit(*at))
        at++;
    return at;
}

/* Where in the text are the bytes that `wanted` begins with? NULL: not nearby. */
static const char *find(const char *at, const char *end, const char *wanted, const char *wanted_end)
{
    if (at >= end || wanted_end - wanted < LOOKED_FOR)
        return NULL;
    return memmem(at, (size_t)MIN(end - at, LOOKED_AT), wanted, LOOKED_FOR);
}

/* Words differ, or there is something that the other record has not: which bytes are left out, and which are new? */
static void pass_other_words(struct pair *at)
{
    const char *found = find(at->from, at->from_end, at->to, at->to_end), *from, *to;

    if (found != NULL) {
        at->from = found;
        return;
    }
    found = find(at->to, at->to_end, at->from, at->from_end);
    if (found != NULL) {
        at->to = found;
        return;
    }
    from = behind_word(at->from, at->from_end);
    to = behind_word(at->to, at->to_end);
    if (at->from == at->from_end)
        to = at->to_end;
    else if (from == at->from && to == at->to)
        to++;
    at->from = from;
    at->to = to;
}

/* From the first byte that differs to where both may go on alike. */
static void pass_difference(struct record_steps *steps, struct pair *at, const char *constant)
{
    const bool digits = at->to < at->to_end && is_digit(*at->to);
    const char *to = at->to;

    if (digits)
        at->to = note_digits(steps, at->to, constant);
    if (at->from < at->from_end && is_digit(*at->from)) {
        at->from = behind_digits(at->from);
    } else if (!digits) {
        pass_other_words(at);
        note_all_digits(steps, to, at->to, constant);
    }
}

static void put_places(const struct record_steps *steps, GByteArray *to)
{
    uint32_t last = 0;

    numbers_put(to, steps->places->len);
    for (unsigned i = 0; i < steps->places->len; i++) {
        const uint32_t place = g_array_index(steps->places, uint32_t, i);

        numbers_put(to, place - last);
        last = place;
    }
}

static void put_step(struct record_steps *steps, size_t same, size_t left_out, const char *bytes, size_t count)
{
    char *const room = text_room(steps->steps, STEP_AT_MOST + count + BEHIND);
    uint8_t *at = numbers_write((uint8_t *)room, same);

    at = numbers_write(at, (uint64_t)count << 1 | (left_out != count));
    if (left_out != count)
        at = numbers_write(at, left_out);
    if (count <= BEHIND) /* a number's few digits, mostly: not worth a call */
        memcpy(at, bytes, BEHIND);
    else
        memcpy(at, bytes, count);
    text_end(steps->steps, (char *)at + count);
}

/* What differs from here on, where it is no number in both. */
static void pass_otherwise(struct record_steps *steps, struct pair *at, size_t same, const char *constant)
{
    if (same > 0 && !is_digit(*at->to) && is_digit(*at->from)) /* the last record's digits go on */
        note_digits(steps, at->to, constant);
    if (at->to < at->to_end)
        pass_difference(steps, at, constant);
}

static void put_steps(struct record_steps *steps, uint64_t first_number)
{
    const char *const from_end = steps->before_text->str + steps->before_text->len;
    const char *const to_end = steps->text->str + steps->text->len;
    struct pair at = {steps->before_text->str, from_end, steps->text->str, to_end};
    const unsigned places = steps->before_places->len;
    char constant[TEXT_DIGITS];
    unsigned next_place = 0;

    text_put_number(constant, first_number);
    text_clear(steps->steps);
    while (at.to < to_end) {
        const size_t same = count_same(&at);
        const char *from = at.from + same, *new = at.to + same;
        struct pair next = {from, from_end, new, to_end};

        if (next_place < places)
            note_again(steps, &at, same, &next_place);
        if (is_digit(*from) && is_digit(*new)) { /* as most differences are (behind a text there is a 0) */
            next.from = behind_digits(from);
            next.to = note_digits(steps, new, constant);
        } else {
            pass_otherwise(steps, &next, same, constant);
        }
        put_step(steps, same, (size_t)(next.from - from), new, (size_t)(next.to - new));
        at = next;
    }
}

static void put_behind(GString *text)
{
    memset(text_room(text, BEHIND), 0, BEHIND);
}

void record_steps_put(struct record_steps *steps, uint64_t first_number, GByteArray *to)
{
    put_behind(steps->before_text);
    put_behind(steps->text);
    put_steps(steps, first_number);
    put_places(steps, to);
    g_byte_array_append(to, (const uint8_t *)steps->steps->str, (guint)steps->steps->len);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void take_places(struct record_steps *steps, struct numbers *from)
{
    const uint64_t count = numbers_take(from);
    uint64_t place = 0;

    for (uint64_t i = 0; i < count && !from->is_wrong; i++) {
        place += numbers_take(from);
        from->is_wrong = from->is_wrong || place > UINT32_MAX;
        if (!from->is_wrong) {
            const uint32_t one = (uint32_t)place;

            g_array_append_val(steps->places, one);
        }
    }
}

/* Where a number is said to be there is room for one, and none in another one's. */
static bool are_places(const struct record_steps *steps)
{
    size_t end = 0;

    for (unsigned i = 0; i < steps->places->len; i++) {
        const uint32_t place = g_array_index(steps->places, uint32_t, i);

        if (place < end || steps->text->len < RECORD_DIGITS || place > steps->text->len - RECORD_DIGITS)
            return false;
        end = (size_t)place + RECORD_DIGITS;
    }
    return true;
}

/* A few dozen bytes of the last record, mostly: not worth a call. What is copied beyond them is written over. */
static char *put_again(char *to, const char *bytes, size_t length)
{
    for (size_t at = 0; at < length; at += COPIED)
        memcpy(to + at, bytes + at, COPIED);
    return to + length;
}

bool record_steps_take(struct record_steps *steps, const uint8_t *bytes, size_t length)
{
    struct numbers from = numbers_in(bytes, length);
    GString *text = record_steps_begin(steps);
    const char *before = steps->before_text->str;
    size_t left = steps->before_text->len; /* of it */

    take_places(steps, &from);
    while (from.at < from.end) {
        const uint64_t same = numbers_take(&from), bits = numbers_take(&from), count = bits >> 1;
        const uint64_t left_out = bits & 1 ? numbers_take(&from) : count;
        char *to;

        if (same > left || left_out > left - same || count > (size_t)(from.end - from.at))
            return false;
        to = put_again(text_room(text, (size_t)(same + count) + COPIED + BEHIND), before, (size_t)same);
        if (count <= BEHIND && from.end - from.at >= BEHIND)
            memcpy(to, from.at, BEHIND);
        else
            memcpy(to, from.at, (size_t)count);
        text_end(text, to + count);
        from.at += count;
        before += same + left_out;
        left -= (size_t)(same + left_out);
    }
    return !from.is_wrong && are_places(steps);
}
