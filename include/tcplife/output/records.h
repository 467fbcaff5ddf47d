/* One record a connection, for programs: JSON Lines, CSV, and the lines of Zeek's conn.log.
 *
 * Each of these appends lines, with their line breaks, to a text that is the caller's. Keys, values and
 * their order: contract, section 6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_RECORDS_H
#define TCPLIFE_OUTPUT_RECORDS_H

#include <glib.h>

#include "tcplife/output/capture.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

TL_API void tl_append_json(GString *text, const struct tl_capture *capture,
                           const struct tl_connection *connection);

TL_API void tl_append_csv_header(GString *text, const struct tl_capture *capture);
TL_API void tl_append_csv(GString *text, const struct tl_capture *capture,
                          const struct tl_connection *connection);

/* Zeek writes when a log was opened and closed: here by the capture's clock, nanoseconds since the
 * epoch, so that the same capture gives the same text. */
TL_API void tl_append_zeek_log_head(GString *text, int64_t opened_ns);
TL_API void tl_append_zeek_log_foot(GString *text, int64_t closed_ns);
/* False: Zeek's words for it are not known (tl_capture.zeek), and nothing is appended. */
TL_API bool tl_append_zeek_log(GString *text, const struct tl_capture *capture,
                               const struct tl_connection *connection);

TL_END_DECLS

#endif
