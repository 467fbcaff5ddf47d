/* See batch_argument.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/export/batch_argument.h"

#include <wsutil/report_message.h>

#include <string.h>

void batch_argument_register(const char *name, stat_tap_init_cb begin, const void *userdata)
{
    static tap_param parameters[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
    stat_tap_ui ui = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .cli_string = name,
        .tap_init_cb = begin,
        .nparams = G_N_ELEMENTS(parameters),
        .params = parameters,
    };

    /* The interface has no const; Wireshark only hands the pointer back to `begin`. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
    register_stat_tap_ui(&ui, (void *)userdata);
#pragma GCC diagnostic pop
}

bool batch_argument_parse(const char *argument, const char *name, const char **filter)
{
    const char *rest = argument + strlen(name);

    if (*rest != '\0' && *rest != ',') {
        report_failure("Invalid -z argument \"%s\"; it must be \"%s\", or \"%s,\" and a display "
                       "filter.",
                       argument, name, name);
        return false;
    }
    *filter = rest[0] == ',' && rest[1] != '\0' ? rest + 1 : NULL;
    return true;
}

void batch_argument_report(const char *name, GString *error)
{
    report_failure("The filter of -z %s cannot be used: %s", name, error->str);
    g_string_free(error, TRUE);
}
