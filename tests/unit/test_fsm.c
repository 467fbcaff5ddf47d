/* The table against RFC 9293, transcribed here a second time and by hand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/fsm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* Figure 5, arrow by arrow, as far as segments and timers make them; "CLOSE" and "OPEN" are
 * seen by the SYN or FIN that they send. */
static const struct {
    const char *from, *event, *to;
} figure_5[] = {
    {"CLOSED", "SND_SYN", "SYN-SENT"},            /* active OPEN */
    {"LISTEN", "SND_SYN", "SYN-SENT"},            /* SEND */
    {"LISTEN", "RCV_SYN", "SYN-RECEIVED"},
    {"SYN-SENT", "RCV_SYN", "SYN-RECEIVED"},
    {"SYN-SENT", "RCV_SYN_ACK", "ESTABLISHED"},
    {"SYN-RECEIVED", "RCV_ACK_OF_SYN", "ESTABLISHED"},
    {"SYN-RECEIVED", "RCV_RST", "LISTEN"},        /* note 1 */
    {"SYN-RECEIVED", "SND_FIN", "FIN-WAIT-1"},    /* CLOSE */
    {"ESTABLISHED", "SND_FIN", "FIN-WAIT-1"},     /* CLOSE */
    {"ESTABLISHED", "RCV_FIN", "CLOSE-WAIT"},
    {"FIN-WAIT-1", "RCV_ACK_OF_FIN", "FIN-WAIT-2"},
    {"FIN-WAIT-1", "RCV_FIN", "CLOSING"},
    {"FIN-WAIT-2", "RCV_FIN", "TIME-WAIT"},
    {"CLOSING", "RCV_ACK_OF_FIN", "TIME-WAIT"},
    {"CLOSE-WAIT", "SND_FIN", "LAST-ACK"},        /* CLOSE */
    {"LAST-ACK", "RCV_ACK_OF_FIN", "CLOSED"},
    {"TIME-WAIT", "TIMEOUT_2MSL", "CLOSED"},
};

static int find(const char *from, const char *event)
{
    for (unsigned i = 0; i < tl_rule_count; i++)
        if (!strcmp(tl_state_name(tl_rules[i].from), from) &&
            !strcmp(tl_event_name(tl_rules[i].event), event))
            return (int)i;
    return -1;
}

static void figure_5_is_in_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof figure_5 / sizeof figure_5[0]; i++) {
        int rule = find(figure_5[i].from, figure_5[i].event);

        if (rule < 0)
            fail_msg("missing: %s %s", figure_5[i].from, figure_5[i].event);
        assert_string_equal(tl_state_name(tl_rules[rule].to), figure_5[i].to);
        assert_true(tl_rules[rule].rfc);
    }
}

/* Beyond the figure's arrows, the RFC's list has only what section 3.10.7 says of RST and of the
 * combination of two arrows. */
static void rfc_list_has_nothing_else(void **state)
{
    (void)state;
    for (unsigned i = 0; i < tl_rule_count; i++) {
        const struct tl_rule *rule = &tl_rules[i];
        bool in_figure = false;

        if (!rule->rfc)
            continue;
        for (size_t k = 0; k < sizeof figure_5 / sizeof figure_5[0]; k++)
            in_figure |= find(figure_5[k].from, figure_5[k].event) == (int)i;
        if (in_figure)
            continue;
        switch (rule->event) {
        case TL_SND_RST:
        case TL_RCV_RST:
        case TL_RCV_RST_AFTER_ACTIVE_OPEN:
            assert_int_equal(rule->to, TL_CLOSED);
            break;
        case TL_RCV_SYN_ACK: /* 3.5, Figure 7 */
            assert_int_equal(rule->from, TL_SYN_RECEIVED);
            assert_int_equal(rule->to, TL_ESTABLISHED);
            break;
        case TL_RCV_FIN: /* 3.10.7.4, eighth */
            assert_int_equal(rule->from, TL_SYN_RECEIVED);
            assert_int_equal(rule->to, TL_CLOSE_WAIT);
            break;
        default:
            fail_msg("%s %s is not the RFC's", tl_state_name(rule->from),
                     tl_event_name(rule->event));
        }
    }
}

/* A synchronized end that receives or sends a RST is CLOSED (section 3.10.7.4, second). */
static void every_synchronized_state_can_be_reset(void **state)
{
    (void)state;
    for (enum tl_state s = TL_ESTABLISHED; s < TL_STATE_COUNT; s++) {
        int received = tl_fsm_rule(s, TL_RCV_RST), sent = tl_fsm_rule(s, TL_SND_RST);

        assert_true(received >= 0 && sent >= 0);
        assert_int_equal(tl_rules[received].to, TL_CLOSED);
        assert_int_equal(tl_rules[sent].to, TL_CLOSED);
    }
}

/* What is received is presumed; what is sent is proven or disproves. */
static void evidence_follows_from_the_event(void **state)
{
    (void)state;
    for (unsigned i = 0; i < tl_rule_count; i++) {
        const char *event = tl_event_name(tl_rules[i].event);

        if (!strncmp(event, "RCV_", 4) || !strcmp(event, "ICMP_REJECTION"))
            assert_int_equal(tl_rules[i].evidence, TL_PRESUMES);
        else
            assert_int_not_equal(tl_rules[i].evidence, TL_PRESUMES);
        assert_true(strlen(tl_rules[i].why) > 10);
        assert_int_not_equal(tl_rules[i].from, tl_rules[i].to);
    }
}

static void look_up_finds_every_rule(void **state)
{
    unsigned found = 0;

    (void)state;
    for (unsigned s = 0; s < TL_STATE_COUNT; s++)
        for (unsigned e = 0; e < TL_EVENT_COUNT; e++) {
            int rule = tl_fsm_rule((enum tl_state)s, (enum tl_event)e);

            if (rule < 0)
                continue;
            found++;
            assert_int_equal(tl_rules[rule].from, s);
            assert_int_equal(tl_rules[rule].event, e);
        }
    assert_int_equal(found, tl_rule_count);
    /* A rule may lead to what is no state, and whoever asks on from there is told that nothing happens. */
    for (unsigned e = 0; e < TL_EVENT_COUNT; e++)
        assert_int_equal(tl_fsm_rule(TL_STATE_LEFT, (enum tl_event)e), -1);
    assert_int_equal(tl_fsm_rule(TL_CLOSED, TL_EVENT_COUNT), -1);
}

static void names_are_the_rfcs(void **state)
{
    static const char *const names[] = {"CLOSED",     "LISTEN",     "SYN-SENT",   "SYN-RECEIVED",
                                        "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
                                        "CLOSING",    "LAST-ACK",   "TIME-WAIT"};

    (void)state;
    assert_int_equal(TL_STATE_COUNT, 11);
    for (unsigned s = 0; s < TL_STATE_COUNT; s++)
        assert_string_equal(tl_state_name((enum tl_state)s), names[s]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figure_5_is_in_the_table),
        cmocka_unit_test(rfc_list_has_nothing_else),
        cmocka_unit_test(every_synchronized_state_can_be_reset),
        cmocka_unit_test(evidence_follows_from_the_event),
        cmocka_unit_test(look_up_finds_every_rule),
        cmocka_unit_test(names_are_the_rfcs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
