/* What a connection must not be: rules, each a name and a question in jq.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_RULES_H
#define PCAPLIFE_RULES_H

#include "command/expression.h"

#include <glib.h>

#include <stdbool.h>
#include <stdint.h>

struct rule {
    char *name;
    struct expression *broken; /* true of a connection that breaks it… */
    bool is_default;           /* …for this one its question of that number is */
    unsigned number;
    bool has_failed;           /* jq cannot tell of some connection: it is not asked any more */
    uint32_t connections;      /* have broken it */
};

/* An empty list of `struct rule *`; g_ptr_array_free() frees the rules, too. */
GPtrArray *rules_new(void);

/* Those that hold unless somebody says otherwise. */
void rules_add_default(GPtrArray *rules);

/* "NAME: JQ". False: it is none, and *error says why, to be freed with g_free(). */
bool rules_add(GPtrArray *rules, const char *text, char **error);

/* One rule a line; what begins with # is a comment. False: *error says why. */
bool rules_add_file(GPtrArray *rules, const char *path, char **error);

/* Does the connection with this record break it? With ANSWER_ERROR, *error is jq's reason, to be freed with g_free(). */
enum answer rule_ask(const struct rule *rule, const struct record *record, char **error);

/* It is no rule any more. False: there was none of that name, and *error says so. */
bool rules_remove(GPtrArray *rules, const char *name, char **error);

#endif
