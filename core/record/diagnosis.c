/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcplife/diagnosis.h"

static const struct {
    const char *name, *text;
    enum tl_severity severity;
    enum tl_telling telling;
} diagnoses[] = {
#define D(name, severity, telling, text) {#name, text, TL_##severity, TL_TELLS_##telling},
    TL_DIAGNOSES(D)
#undef D
};

const char *tl_diagnosis_name(enum tl_diagnosis diagnosis)
{
    return (unsigned)diagnosis < TL_DIAGNOSIS_COUNT ? diagnoses[diagnosis].name : "?";
}

const char *tl_diagnosis_text(enum tl_diagnosis diagnosis)
{
    return (unsigned)diagnosis < TL_DIAGNOSIS_COUNT ? diagnoses[diagnosis].text : "?";
}

enum tl_severity tl_diagnosis_severity(enum tl_diagnosis diagnosis)
{
    return (unsigned)diagnosis < TL_DIAGNOSIS_COUNT ? diagnoses[diagnosis].severity : TL_CHAT;
}

enum tl_telling tl_diagnosis_telling(enum tl_diagnosis diagnosis)
{
    return (unsigned)diagnosis < TL_DIAGNOSIS_COUNT ? diagnoses[diagnosis].telling
                                                    : TL_TELLS_LITTLE;
}
