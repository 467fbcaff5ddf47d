/* What each diagnosis means is written of all of them, in whole sentences (core/record/diagnosis_guide.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/diagnosis.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void assert_sentences(const char *name, const char *text)
{
    const size_t length = text != NULL ? strlen(text) : 0;

    if (length < 20 || !isupper((unsigned char)text[0]) || text[length - 1] != '.' ||
        strstr(text, "  ") != NULL || strchr(text, '\n') != NULL)
        fail_msg("%s: no sentence: \"%s\"", name, text != NULL ? text : "");
}

static void test_every_guide(void **state)
{
    (void)state;
    for (int i = 0; i < TL_DIAGNOSIS_COUNT; i++) {
        const enum tl_diagnosis diagnosis = (enum tl_diagnosis)i;
        const struct tl_guide *guide = tl_diagnosis_guide(diagnosis);
        const char *name = tl_diagnosis_name(diagnosis);

        assert_sentences(name, guide->meaning);
        assert_sentences(name, guide->causes);
        assert_sentences(name, guide->next);
    }
}

/* What is about TCP is written in an RFC; what is about the capture is not. */
static void test_rfcs(void **state)
{
    (void)state;
    for (int i = 0; i < TL_DIAGNOSIS_COUNT; i++) {
        const bool is_about_capture =
            i == TL_DIAGNOSIS_midstream || i == TL_DIAGNOSIS_one_sided || i == TL_DIAGNOSIS_gap;
        const char *rfc = tl_diagnosis_guide((enum tl_diagnosis)i)->rfc;

        assert_int_equal(strncmp(rfc, "RFC ", 4) == 0, !is_about_capture);
        assert_int_equal(*rfc == '\0', is_about_capture);
    }
}

/* A number that is none, as a newer program may have it. */
static void test_unknown(void **state)
{
    (void)state;
    assert_string_equal(tl_diagnosis_guide(TL_DIAGNOSIS_COUNT)->meaning, "");
    assert_string_equal(tl_diagnosis_name(TL_DIAGNOSIS_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_guide),
        cmocka_unit_test(test_rfcs),
        cmocka_unit_test(test_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
