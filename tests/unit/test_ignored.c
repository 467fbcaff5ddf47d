/* What is said of segments that their receiver is to ignore, and that many of them make one entry.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
#define OPEN                                                                                       \
    "C SYN seq=100                         -> SYN-SENT SYN-RECEIVED? h1",                          \
    "S SYN,ACK seq=300 ack=101             -> ESTABLISHED? SYN-RECEIVED h2",                       \
    "C ACK seq=101 ack=301                 -> ESTABLISHED ESTABLISHED? h3 established",            \
    "S ACK seq=301 ack=101 len=10          -> ESTABLISHED ESTABLISHED"
#define IMPOSSIBLE(end) end " SYN,FIN seq=101 -> ESTABLISHED ESTABLISHED"
/* clang-format on */

static enum tl_ignored ignored(const struct trace *trace, uint32_t frame, uint32_t part,
                               enum tl_role sender)
{
    return tl_connection_ignored_at_part(trace->connection, frame, part, sender);
}

/* A letter for each frame: its sender, in capitals where it is to be ignored. */
static void assert_ignored(const struct trace *trace, const char *frames)
{
    assert_int_equal(trace->frame, strlen(frames));
    for (uint32_t frame = 1; frame <= trace->frame; frame++) {
        const char letter = frames[frame - 1];
        const enum tl_role sender = letter == 'C' || letter == 'c' ? TL_CLIENT : TL_SERVER;

        assert_int_equal(ignored(trace, frame, 0, sender),
                         letter < 'a' ? TL_IMPOSSIBLE_FLAGS : TL_NOT_IGNORED);
    }
}

static void assert_entries(const struct trace *trace, unsigned expected)
{
    const struct tl_changes changes = tl_connection_changes(trace->connection);
    unsigned count = 0;

    for (uint32_t i = 0; i < changes.count; i++)
        count += changes.at[i].kind == TL_IGNORED;
    assert_int_equal(count, expected);
}

static void check_one_behind_the_other(struct trace *trace)
{
    assert_ignored(trace, "cscsCCsCcC");
    /* What the other end sends meanwhile ends nothing; what this one sends does. */
    assert_entries(trace, 2);
}

static void several_make_one_entry(void **state)
{
    (void)state;
    PLAY_AND(check_one_behind_the_other, OPEN, IMPOSSIBLE("C"), IMPOSSIBLE("C"),
             "S ACK seq=311 ack=101 len=10          -> ESTABLISHED ESTABLISHED",
             IMPOSSIBLE("C"),
             "C ACK seq=101 ack=321                 -> ESTABLISHED ESTABLISHED",
             IMPOSSIBLE("C"));
}

static void check_two_reasons(struct trace *trace)
{
    assert_int_equal(ignored(trace, 5, 0, TL_CLIENT), TL_IMPOSSIBLE_FLAGS);
    assert_int_equal(ignored(trace, 6, 0, TL_CLIENT), TL_BEYOND_WINDOW);
    assert_int_equal(ignored(trace, 7, 0, TL_CLIENT), TL_BEYOND_WINDOW);
    assert_int_equal(ignored(trace, 8, 0, TL_CLIENT), TL_IMPOSSIBLE_FLAGS);
    assert_entries(trace, 3);
}

static void another_reason_makes_another_entry(void **state)
{
    (void)state;
    PLAY_AND(check_two_reasons, OPEN, IMPOSSIBLE("C"),
             "C ACK seq=1073741824 ack=311 len=9    -> ESTABLISHED ESTABLISHED",
             "C ACK seq=1073749999 ack=311 len=9    -> ESTABLISHED ESTABLISHED",
             IMPOSSIBLE("C"));
}

static void check_both_ends(struct trace *trace)
{
    assert_ignored(trace, "cscsCSSC");
}

static void each_end_has_its_own(void **state)
{
    (void)state;
    PLAY_AND(check_both_ends, OPEN, IMPOSSIBLE("C"), "S SYN,FIN seq=301 -> ESTABLISHED ESTABLISHED",
             "S SYN,FIN seq=301 -> ESTABLISHED ESTABLISHED", IMPOSSIBLE("C"));
}

static void check_change_between(struct trace *trace)
{
    assert_ignored(trace, "cscsCCsC");
}

static void a_change_meanwhile_ends_no_reason(void **state)
{
    (void)state;
    PLAY_AND(check_change_between, OPEN, IMPOSSIBLE("C"), IMPOSSIBLE("C"),
             "S FIN,ACK seq=311 ack=101             -> CLOSE-WAIT? FIN-WAIT-1 t1",
             "C SYN,FIN seq=101                     -> CLOSE-WAIT? FIN-WAIT-1");
}

static void check_parts(struct trace *trace)
{
    assert_int_equal(ignored(trace, 6, 0, TL_CLIENT), TL_IMPOSSIBLE_FLAGS);
    assert_int_equal(ignored(trace, 6, 1, TL_CLIENT), TL_NOT_IGNORED);
    assert_int_equal(ignored(trace, 7, 0, TL_CLIENT), TL_IMPOSSIBLE_FLAGS);
    assert_int_equal(ignored(trace, 7, 1, TL_CLIENT), TL_IMPOSSIBLE_FLAGS);
    assert_int_equal(ignored(trace, 8, 0, TL_CLIENT), TL_IMPOSSIBLE_FLAGS);
}

static void a_frame_holds_one_that_is_ignored_and_another(void **state)
{
    (void)state;
    PLAY_AND(check_parts, OPEN, IMPOSSIBLE("C"), IMPOSSIBLE("C"),
             "C ACK seq=101 ack=311 part=1          -> ESTABLISHED ESTABLISHED", IMPOSSIBLE("C"),
             "C SYN,FIN seq=101 part=1              -> ESTABLISHED ESTABLISHED", IMPOSSIBLE("C"));
}

static void check_nothing(struct trace *trace)
{
    assert_int_equal(ignored(trace, 1, 0, TL_CLIENT), TL_NOT_IGNORED);
    assert_entries(trace, 0);
}

/* Nobody is there to ignore anything. */
static void nothing_is_ignored_before_anything_began(void **state)
{
    (void)state;
    PLAY_AND(check_nothing, "C SYN,FIN seq=101 -> CLOSED LISTEN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_make_one_entry),
        cmocka_unit_test(another_reason_makes_another_entry),
        cmocka_unit_test(each_end_has_its_own),
        cmocka_unit_test(a_change_meanwhile_ends_no_reason),
        cmocka_unit_test(a_frame_holds_one_that_is_ignored_and_another),
        cmocka_unit_test(nothing_is_ignored_before_anything_began),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
