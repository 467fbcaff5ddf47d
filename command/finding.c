/* See finding.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/finding.h"

#include "command/culprit.h"
#include "command/github.h"
#include "command/printable.h"
#include "command/reading.h"
#include "command/rules.h"
#include "output/connection_set.h"

#include <inttypes.h>
#include <string.h>

static void append_more(GString *text, const char *indent, const struct finding *finding)
{
    if (finding->count > FINDING_SHOWN)
        g_string_append_printf(text, "%sand %" PRIu32 " connections more\n", indent,
                               finding->count - FINDING_SHOWN);
}

/* A line begins with the rule's name, and so never with what GitHub would take for a command. */
void finding_append(GString *text, const struct reading *reading, const struct finding *finding)
{
    char *file = printable(reading->name);

    for (uint32_t i = 0; i < MIN(finding->count, FINDING_SHOWN); i++) {
        g_string_append_printf(text, "%s: %s, ", finding->rule->name, file);
        culprit_append_line(text, reading, finding->shown[i]);
        g_string_append_c(text, '\n');
        culprit_append_experts(text, reading, finding->shown[i]);
    }
    append_more(text, "    ", finding);
    g_free(file);
}

void finding_append_annotation(GString *text, const struct reading *reading,
                               const struct finding *finding)
{
    GString *message = g_string_new(finding->error);

    for (uint32_t i = 0; i < MIN(finding->count, FINDING_SHOWN); i++) {
        g_string_append(message, message->len > 0 ? "\n" : "");
        culprit_append_line(message, reading, finding->shown[i]);
    }
    if (finding->count > FINDING_SHOWN)
        g_string_append_c(message, '\n');
    append_more(message, "", finding);
    g_string_truncate(message, strlen(g_strchomp(message->str)));
    if (message->len > 0)
        github_append_error(text, source_file_to_name(reading->source), finding->rule->name,
                            message->str);
    g_string_free(message, TRUE);
}

/* "connection 3, …", and how many more there are. */
static char *junit_message(const struct reading *reading, const struct finding *finding)
{
    GString *text = g_string_new(NULL);

    if (finding->count > 1)
        g_string_append_printf(text, "%" PRIu32 " connections: ", finding->count);
    culprit_append_line(text, reading, finding->shown[0]);
    return g_string_free(text, FALSE);
}

static char *junit_text(const struct reading *reading, const struct finding *finding,
                        struct picture_film *film)
{
    GString *text = g_string_new("\n");

    for (uint32_t i = 0; i < MIN(finding->count, FINDING_SHOWN); i++) {
        culprit_append_line(text, reading, finding->shown[i]);
        g_string_append_c(text, '\n');
        culprit_append_experts(text, reading, finding->shown[i]);
        g_string_append_c(text, '\n');
        if (film != NULL)
            culprit_append_ladder(text, reading, film, finding->shown[i]);
        g_string_append_c(text, '\n');
    }
    append_more(text, "", finding);
    return g_string_free(text, FALSE);
}

struct junit_case finding_case(const struct reading *reading, const struct finding *finding,
                               struct picture_film *film)
{
    struct junit_case item = {.name = finding->rule->name};

    if (finding->count > 0) {
        item.result = JUNIT_FAILED;
        item.message = junit_message(reading, finding);
        item.text = junit_text(reading, finding, film);
    } else if (finding->error != NULL) {
        item.result = JUNIT_ERROR;
        item.message = g_strdup(finding->error);
    } else if (!finding->was_asked) {
        item.result = JUNIT_SKIPPED;
        item.message = g_strdup("jq has failed in a file before");
    } else if (source_is_damaged(reading->source)) {
        item.result = JUNIT_SKIPPED;
        item.message = g_strdup("the file could not be read to its end");
    } else if (connection_set_count(reading->connections) == 0) {
        item.result = JUNIT_SKIPPED;
        item.message = g_strdup("there is no connection");
    }
    return item;
}
