/* SYN floods of a capture that several trackers share.
 *
 * It keeps of each connection what the count of half-open ones looks at, and nothing else of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/floods.h"

#include "core/table/half_open.h"
#include "core/table/store.h"

struct tl_floods {
    struct tl_memory memory;
    struct tl_config config;
    struct tl_environment environment;
    struct tl_store store;
    struct tl_half_open half_open;
};

struct tl_floods *tl_floods_new(const struct tl_memory *memory, const struct tl_config *config)
{
    struct tl_floods *floods = memory->resize(memory->ctx, NULL, 0, sizeof *floods);

    if (!floods)
        return NULL;
    *floods = (struct tl_floods){.memory = *memory, .config = *config};
    floods->config.half_open = NULL;
    floods->environment.memory = &floods->memory;
    floods->store.environment = &floods->environment;
    floods->half_open.store = &floods->store;
    floods->half_open.config = &floods->config;
    return floods;
}

void tl_floods_free(struct tl_floods *floods)
{
    struct tl_memory memory;

    if (!floods)
        return;
    memory = floods->memory;
    tl_half_open_free(&floods->half_open, &memory);
    tl_store_free(&floods->store, &memory);
    memory.resize(memory.ctx, floods, sizeof *floods, 0);
}

static struct tl_connection *begin(struct tl_floods *floods, const struct tl_half_open_note *note)
{
    struct tl_connection *c;
    struct tl_key key;

    if (!tl_store_enlarge(&floods->store))
        return NULL;
    c = tl_store_next(&floods->store);
    tl_key_make(&key, &note->client, &note->server);
    if (!tl_store_sockets(&floods->store, c, &key, TL_CLIENT))
        return NULL;
    tl_store_took(&floods->store, c);
    return c;
}

/* When its SYN,ACK was sent is all that its log tells. */
static bool note_synack(struct tl_floods *floods, struct tl_connection *c, int64_t synack_ns)
{
    const struct tl_change synack = {.frame = 1, .kind = TL_STEP, .u.time_ns = synack_ns};

    c->log.count = 0;
    c->at[TL_AT_SYN_ACK].frame = synack.frame;
    return tl_change_log_add(&c->log, &floods->memory, &synack);
}

bool tl_floods_note(struct tl_floods *floods, const struct tl_half_open_note *note,
                    struct tl_change *flood)
{
    const struct tl_half_open_step step = {.is_half_open = note->is_half_open,
                                           .may_begin = !note->is_closing,
                                           .frame = note->frame,
                                           .time_ns = note->time_ns};
    struct tl_connection *c = note->connection < floods->store.connection_count
                                  ? tl_at_number(&floods->store, note->connection)
                                  : begin(floods, note);

    if (!c || !note_synack(floods, c, note->synack_ns))
        return false;
    c->first_frame = note->first_frame;
    if (!floods->config.syn_flood_threshold || !(c->flags & TL_CONNECTION_COUNTED || note->is_half_open))
        return false;
    tl_count_half_open(&floods->half_open, c, &step);
    if (c->log.count < 2)
        return false;
    *flood = c->log.changes[1];
    c->log.count = 1;
    return true;
}
