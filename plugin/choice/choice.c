/* See choice.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/choice/choice.h"

#include "plugin/ws_compat.h"

#include "output/connection_set.h"
#include "plugin/choice/filter_parts.h"
#include "plugin/session.h"
#include "plugin/show/value_fields.h"

#include <epan/dfilter/dfilter.h>
#include <epan/epan.h>
#include <epan/packet.h>
#include <wsutil/report_message.h>

#include <stdio.h>

/* Each combination of what the tests say of a packet has a bit in 64, */
enum { PACKET_TESTS_AT_MOST = 6 };
/* and what each test says of a connection has one. */
enum { FINAL_TESTS_AT_MOST = 64 };

struct choice {
    enum {
        SEEN,      /* who was seen is chosen */
        JUDGED,    /* at the end */
        DIFFICULT  /* a single test is about both, or there are too many: right only when read twice */
    } kind;
    char *filter, *listens_to;
    GByteArray *chosen; /* a connection_set */

    /* Of JUDGED. */
    struct filter_part *root;
    GPtrArray *packet_tests, *final_tests; /* of dfilter_t */
    GArray *seen; /* by connection, a bit of 64: a packet was seen of which the tests said just that */
    epan_t *epan; /* of the packets */
};

/* ---- what a part of a filter is about ------------------------------------------------------ */

enum about { NOTHING = 0, PACKETS = 1, THE_END = 2, BOTH = PACKETS | THE_END };

static void see_word(void *to, const char *word)
{
    unsigned *about = to;
    const header_field_info *field = proto_registrar_get_byname(word);

    if (field != NULL)
        *about |= tcplife_value_field_is_final(field->id) ? THE_END : PACKETS;
}

static unsigned about_what(const char *text)
{
    unsigned about = NOTHING;

    filter_each_word(text, see_word, &about);
    return about;
}

/* ---- the tests of a filter ----------------------------------------------------------------- */

static void free_test(void *test)
{
    dfilter_free(test);
}

/* NULL: alone, it is no filter. */
static dfilter_t *compile(const char *text)
{
    ws_dfilter_error *error = NULL;
    dfilter_t *test = NULL;

    dfilter_compile(text, &test, &error);
    ws_dfilter_error_free(error);
    return test;
}

static bool add_test(struct choice *choice, struct filter_part *part, bool is_final)
{
    GPtrArray *tests = is_final ? choice->final_tests : choice->packet_tests;
    dfilter_t *test = compile(part->text);

    if (test == NULL)
        return false;
    part->kind = FILTER_TEST;
    part->is_final = is_final;
    part->number = tests->len;
    g_ptr_array_add(tests, test);
    return tests->len <= (is_final ? FINAL_TESTS_AT_MOST : PACKET_TESTS_AT_MOST);
}

/* Those parts that are about packets alone become one, and so do those about the end. */
static void gather(struct filter_part *part)
{
    GPtrArray *of_packets = g_ptr_array_new(), *of_the_end = g_ptr_array_new();
    GPtrArray *parts = g_ptr_array_new();

    for (unsigned i = 0; i < part->parts->len; i++) {
        struct filter_part *one = g_ptr_array_index(part->parts, i);
        const unsigned about = about_what(one->text);

        g_ptr_array_add(about == BOTH ? parts : about == THE_END ? of_the_end : of_packets, one);
    }
    g_ptr_array_set_free_func(part->parts, NULL);
    g_ptr_array_set_size(part->parts, 0);
    for (unsigned i = 0; i < parts->len; i++)
        g_ptr_array_add(part->parts, g_ptr_array_index(parts, i));
    g_ptr_array_free(parts, TRUE);
    for (int i = 0; i < 2; i++) {
        GPtrArray *same = i == 0 ? of_packets : of_the_end;

        if (same->len > 0)
            g_ptr_array_add(part->parts, filter_parts_join(part->kind, same));
        else
            g_ptr_array_free(same, TRUE);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): filter_parts_read() bounds how deep parts lie in parts. */
static bool prepare(struct choice *choice, struct filter_part *part)
{
    const unsigned about = about_what(part->text);

    if (about != BOTH)
        return add_test(choice, part, about == THE_END);
    if (part->kind == FILTER_TEST)
        return false;
    if (part->kind != FILTER_NOT)
        gather(part);
    for (unsigned i = 0; i < part->parts->len; i++) {
        if (!prepare(choice, g_ptr_array_index(part->parts, i)))
            return false;
    }
    return true;
}

/* Before it is known how the filter can be used, nothing is. */
static void take_apart(struct choice *choice, const char *filter)
{
    if ((about_what(filter) & THE_END) == NOTHING)
        return;
    choice->root = filter_parts_read(filter);
    if (choice->root == NULL || !prepare(choice, choice->root)) {
        choice->kind = DIFFICULT;
        return;
    }
    choice->kind = JUDGED;
    /* Every packet passes, and all fields that the filter asks for are there. */
    g_free(choice->listens_to);
    choice->listens_to = g_strdup_printf("frame or (%s)", filter);
}

/* With its macros written out. NULL: it is not valid. */
static char *expand(const char *filter)
{
    ws_dfilter_error *error = NULL;
    char *expanded = dfilter_expand(filter, &error);

    ws_dfilter_error_free(error);
    return expanded;
}

struct choice *choice_new(const char *filter)
{
    struct choice *choice = g_new0(struct choice, 1);
    char *expanded;

    choice->filter = g_strdup(filter);
    choice->listens_to = g_strdup(filter);
    choice->chosen = g_byte_array_new();
    choice->packet_tests = g_ptr_array_new_with_free_func(free_test);
    choice->final_tests = g_ptr_array_new_with_free_func(free_test);
    choice->seen = g_array_new(FALSE, TRUE, sizeof(uint64_t));
    if (filter == NULL)
        return choice;
    expanded = expand(filter);
    if (expanded != NULL)
        take_apart(choice, expanded);
    g_free(expanded);
    return choice;
}

void choice_free(struct choice *choice)
{
    if (choice == NULL)
        return;
    filter_part_free(choice->root);
    g_ptr_array_free(choice->packet_tests, TRUE);
    g_ptr_array_free(choice->final_tests, TRUE);
    g_array_free(choice->seen, TRUE);
    g_byte_array_free(choice->chosen, TRUE);
    g_free(choice->filter);
    g_free(choice->listens_to);
    g_free(choice);
}

const char *choice_listens_to(const struct choice *choice)
{
    return choice->listens_to;
}

bool choice_is_judged(const struct choice *choice)
{
    return choice->kind == JUDGED;
}

/* ---- packets ------------------------------------------------------------------------------- */

static void give_up(const struct choice *choice)
{
    report_failure("The filter \"%s\" cannot be judged in one pass: a single test of it is about a packet and about "
                   "what is known only at the connection's end, or it has too many tests of packets. "
                   "tshark -2 reads the file twice, and can.", choice->filter);
    fflush(stdout);
    WS_TAP_FAILED;
}

static uint64_t truths(const GPtrArray *tests, epan_dissect_t *edt)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < tests->len; i++) {
        if (dfilter_apply_edt(g_ptr_array_index(tests, i), edt))
            bits |= UINT64_C(1) << i;
    }
    return bits;
}

static bool see_for_the_end(struct choice *choice, epan_dissect_t *edt, uint32_t number)
{
    const uint64_t bit = UINT64_C(1) << truths(choice->packet_tests, edt);
    uint64_t *seen;

    choice->epan = edt->session;
    if (choice->seen->len <= number)
        g_array_set_size(choice->seen, number + 1);
    seen = &g_array_index(choice->seen, uint64_t, number);
    if (*seen & bit)
        return false;
    *seen |= bit;
    return true;
}

bool choice_see(struct choice *choice, epan_dissect_t *edt, const struct tcplife_packet *packet)
{
    const uint32_t number = tl_connection_number(packet->seen.connection);
    bool is_new;

    if (choice->kind == JUDGED)
        return see_for_the_end(choice, edt, number);
    if (choice->kind == DIFFICULT && packet->first_time && !tcplife_has_window())
        give_up(choice);
    is_new = !connection_set_has(choice->chosen, number);
    if (is_new)
        connection_set_add(choice->chosen, number);
    return is_new;
}

void choice_reset(struct choice *choice)
{
    g_byte_array_set_size(choice->chosen, 0);
    g_array_set_size(choice->seen, 0);
}

/* ---- the judgement ------------------------------------------------------------------------- */

/* What the final tests say of a connection, which gets a tree of its own for that. */
static uint64_t final_truths(const struct choice *choice, const struct tl_connection *connection)
{
    const struct known_life life = life_of(tcplife_capture(), connection);
    epan_dissect_t *edt = epan_dissect_new(choice->epan, TRUE, FALSE);
    uint64_t bits;

    for (unsigned i = 0; i < choice->final_tests->len; i++)
        epan_dissect_prime_with_dfilter(edt, g_ptr_array_index(choice->final_tests, i));
    tcplife_add_value_fields(edt->tree, NULL, &life, VALUE_OF_LIFE);
    bits = truths(choice->final_tests, edt);
    epan_dissect_free(edt);
    return bits;
}

/* NOLINTNEXTLINE(misc-no-recursion): the same. */
static bool holds(const struct filter_part *part, uint64_t of_packet, uint64_t of_the_end)
{
    unsigned count = 0;

    if (part->kind == FILTER_TEST)
        return ((part->is_final ? of_the_end : of_packet) >> part->number & 1) != 0;
    for (unsigned i = 0; i < part->parts->len; i++)
        count += holds(g_ptr_array_index(part->parts, i), of_packet, of_the_end);
    switch (part->kind) {
    case FILTER_NOT:
        return count == 0;
    case FILTER_AND:
        return count == part->parts->len;
    case FILTER_XOR:
        return count % 2 == 1;
    case FILTER_OR:
    case FILTER_TEST:
        break;
    }
    return count > 0;
}

static bool is_chosen(const struct choice *choice, uint32_t number)
{
    const uint64_t seen = g_array_index(choice->seen, uint64_t, number);
    uint64_t of_the_end;

    if (seen == 0)
        return false;
    of_the_end = final_truths(choice, tl_tracker_connection(tcplife_tracker(), number));
    for (unsigned of_packet = 0; of_packet < 64; of_packet++) {
        if ((seen >> of_packet & 1) != 0 && holds(choice->root, of_packet, of_the_end))
            return true;
    }
    return false;
}

const GByteArray *choice_made(struct choice *choice)
{
    if (choice->kind != JUDGED)
        return choice->chosen;
    g_byte_array_set_size(choice->chosen, 0);
    for (uint32_t number = 0; tcplife_tracker() != NULL && number < choice->seen->len; number++) {
        if (is_chosen(choice, number))
            connection_set_add(choice->chosen, number);
    }
    return choice->chosen;
}
