/* Questions about a connection that people write in jq, of its final record.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_EXPRESSION_H
#define PCAPLIFE_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

/* What may be asked about: the JSON object of a connection, read once for all expressions. */
struct record;

/* `json`: as tl_append_json() writes it. */
struct record *record_new(const char *json, size_t length);
void record_free(struct record *record);

struct expression;

/* NULL: it is not jq, and *error says why in one line, to be freed with g_free(). */
struct expression *expression_new(const char *jq, char **error);
/* Several questions at once, of ours, which are jq and never fail: jq takes much longer to compile one than to answer
 * it. */
struct expression *expression_new_together(const char *const *jqs, unsigned count);
struct expression *expression_ref(struct expression *expression);
/* What was made, and each reference, is freed once. NULL is fine. */
void expression_free(struct expression *expression);

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_ERROR };

/* Is one of its outputs true, as jq's `if` has it: neither false nor null? With ANSWER_ERROR, *error is jq's reason,
 * to be freed with g_free(). */
enum answer expression_ask(struct expression *expression, const struct record *record,
                           char **error);
/* The same for that one of several, from 0. */
bool expression_ask_one(struct expression *expression, unsigned number, const struct record *record);

#endif
