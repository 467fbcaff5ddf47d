/* See record_names.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/records/record_names.h"

#define STATE(identifier, name) [TL_##identifier] = RECORD_NAME(name),
#define OPEN(identifier, name, words) [TL_OPEN_##identifier] = RECORD_NAME(name),
#define CLOSE(identifier, name, words) [TL_CLOSE_##identifier] = RECORD_NAME(name),

const struct record_name record_states[] = {TL_STATES(STATE)};
const struct record_name record_roles[] = {[TL_CLIENT] = RECORD_NAME("client"), [TL_SERVER] = RECORD_NAME("server")};
const struct record_name record_opens[] = {TL_OPENS(OPEN)};
const struct record_name record_closes[] = {TL_CLOSES(CLOSE)};
