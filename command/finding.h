/* What came of asking a rule about all connections of a file, and how that is told.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_FINDING_H
#define PCAPLIFE_FINDING_H

#include <glib.h>

#include "command/junit.h"

#include <stdbool.h>
#include <stdint.h>

struct picture_film;
struct reading;
struct rule;
struct tl_connection;

enum { FINDING_SHOWN = 10 }; /* connections: who wants all of them asks with --where */

struct finding {
    struct rule *rule;
    uint32_t count; /* of the connections that break it */
    const struct tl_connection *shown[FINDING_SHOWN]; /* the first of them */
    char *error;    /* jq's, which ended the asking; NULL: there was none */
    bool was_asked; /* at all */
};

/* For people: a line for each connection, and below it what was odd. */
void finding_append(GString *text, const struct reading *reading, const struct finding *finding);

/* For GitHub: one annotation, if there is anything to say. */
void finding_append_annotation(GString *text, const struct reading *reading,
                               const struct finding *finding);

/* For CI systems; to be cleared. With ladders, if there is a film. */
struct junit_case finding_case(const struct reading *reading, const struct finding *finding,
                               struct picture_film *film);

#endif
