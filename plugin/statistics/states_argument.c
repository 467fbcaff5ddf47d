/* See states_argument.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/statistics/states_argument.h"

#include "output/figures/states_over_time.h"
#include "plugin/export/batch_argument.h"
#include "plugin/preferences.h"

#include <wsutil/report_message.h>

#include <string.h>

#define NAME "tcplife,states"

/* What the argument named, until the user chooses another interval as a preference. */
static struct {
    int64_t interval_ns; /* 0: nothing */
    unsigned preference; /* as it was then */
} asked;

int64_t tcplife_states_interval_ns(void)
{
    const unsigned preference = tcplife_preferences.states_interval;

    return asked.interval_ns > 0 && asked.preference == preference
               ? asked.interval_ns
               : preference * INT64_C(1000000000);
}

/* An interval begins with a digit, unlike a filter. False: there is neither. */
static bool parse(const char *argument, int64_t *interval_ns, const char **filter)
{
    const char *rest = argument + strlen(NAME);

    *interval_ns = 0;
    if (*rest == ',' && g_ascii_isdigit(rest[1]) &&
        !states_interval_parse(rest + 1, interval_ns, &rest))
        return false;
    *filter = *rest == ',' && rest[1] != '\0' ? rest + 1 : NULL;
    return *rest == '\0' || *rest == ',';
}

/* Wireshark comes here with everything that begins with the argument's name. */
static ws_stat_init_result begin(const char *argument, void *userdata _U_)
{
    const char *filter;
    char *dialog;

    if (!parse(argument, &asked.interval_ns, &filter)) {
        report_failure("Invalid -z argument \"%s\"; after \"" NAME "\" there may be a comma and the "
                       "interval, " STATES_INTERVAL_WORDS ", and a comma and a display filter.",
                       argument);
        WS_STAT_INIT_FAILED;
    }
    asked.preference = tcplife_preferences.states_interval;
    dialog = g_strconcat(TCPLIFE_STATES_DIALOG, filter == NULL ? NULL : ",", filter, NULL);
    /* It is begun after this one, as if it had been the user's next argument. */
    process_stat_cmd_arg(dialog);
    g_free(dialog);
    WS_STAT_INIT_OK;
}

void tcplife_register_states_argument(void)
{
    batch_argument_register(NAME, begin, NULL);
}
