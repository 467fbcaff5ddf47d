/* The film: what a picture needs of the segments.
 *
 * It decides which segments are lines of their own and which are folded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/film.h"

#include "output/pictures/limits.h"

#include <string.h>

/* So many plain segments in a row are drawn one by one; more are folded. */
enum { PLAIN_SHOWN = 4 };
/* Keepalive probes that were answered: so many are drawn, the others are plain. */
enum { PROBES_SHOWN = 3 };
/* With more lines than this, silences and retransmissions no longer interrupt a fold: a
 * connection that lives for days must not become a picture of days. */
enum { MANY_ROWS = 80 };
/* A retransmission after a time-out comes no sooner than this after its sender's last segment. */
static const int64_t TIMEOUT_NS = 100 * INT64_C(1000000);

struct picture_film {
    GPtrArray *strips; /* by number of connection, NULL where nothing was seen */
};

static void free_strip(void *data)
{
    struct strip *strip = data;

    if (strip == NULL)
        return;
    g_array_free(strip->rows, TRUE);
    g_free(strip);
}

struct picture_film *picture_film_new(void)
{
    struct picture_film *film = g_new0(struct picture_film, 1);

    film->strips = g_ptr_array_new_with_free_func(free_strip);
    return film;
}

void picture_film_clear(struct picture_film *film)
{
    g_ptr_array_set_size(film->strips, 0);
}

void picture_film_free(struct picture_film *film)
{
    g_ptr_array_free(film->strips, TRUE);
    g_free(film);
}

static struct strip *film_strip(const struct picture_film *film, uint32_t number)
{
    return number < film->strips->len ? g_ptr_array_index(film->strips, number) : NULL;
}

/* Does it say anything that a picture must show? */
static bool is_plain(struct strip *strip, const struct tl_seen_segment *seen)
{
    if (seen->quoted || (seen->segment->flags & (TL_SYN | TL_FIN | TL_RST)) != 0)
        return false;
    for (uint32_t i = 0; i < seen->changes.count; i++) {
        const struct tl_change *change = &seen->changes.at[i];

        if (change->kind == TL_PRESUMPTION && !change->step)
            continue; /* the states beside the line show it */
        if (change->kind == TL_IGNORED)
            continue; /* it does nothing: what is worth a line has an expert info */
        if (change->kind == TL_DIAGNOSIS &&
            tl_change_diagnosis(change) == TL_DIAGNOSIS_keepalive_probe &&
            TL_PROBE_COUNT(tl_change_value(change)) == 1 && strip->probes++ >= PROBES_SHOWN)
            continue;
        return false;
    }
    return true;
}

static void fold_next_into(struct strip *strip, unsigned i)
{
    struct row *run = strip_row(strip, i);
    const struct row *next = strip_row(strip, i + 1);

    run->is_run = true;
    run->last_ns = next->last_ns;
    run->last_frame = next->last_frame;
    run->states = next->states;
    if (run->flow[run->first_flow].segments == 0)
        run->first_flow = next->first_flow;
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        run->flow[end].bytes += next->flow[end].bytes;
        run->flow[end].segments += next->flow[end].segments;
        run->flow[end].bare += next->flow[end].bare;
        run->flow[end].repeated += next->flow[end].repeated;
    }
    g_array_remove_index(strip->rows, i + 1);
}

/* Plain segments end here; `spared` of them at the end stay outside the fold. */
static void end_stretch(struct strip *strip, unsigned spared)
{
    const unsigned count = strip->rows->len - strip->stretch;

    if (count > 0 && (strip_row(strip, strip->stretch)->is_run || count > PLAIN_SHOWN + spared)) {
        while (strip->rows->len - strip->stretch > 1 + spared)
            fold_next_into(strip, strip->stretch);
    }
    strip->stretch = strip->rows->len;
}

static struct row row_of(const struct tl_seen_segment *seen)
{
    const struct tl_segment *segment = seen->segment;
    struct row row = {
        .time_ns = segment->time_ns,
        .last_ns = segment->time_ns,
        .frame = segment->frame,
        .last_frame = segment->frame,
        .part = segment->part,
        .seq = segment->seq,
        .ack = segment->ack,
        .length = segment->length,
        .flags = segment->flags,
        .sender = seen->sender,
        .first_flow = seen->sender,
        .quoted = seen->quoted,
        .states = seen->states,
    };

    if (seen->quoted) {
        const struct tl_socket client = tl_connection_socket(seen->connection, TL_CLIENT);

        /* The tap's sender means nothing here; the quoted segment's source does. */
        row.sender = segment->source.port == client.port &&
                             memcmp(segment->source.address, client.address,
                                    sizeof client.address) == 0
                         ? TL_CLIENT
                         : TL_SERVER;
    }
    return row;
}

/* Is the last row the segment that this one repeats? */
static bool repeats_last(const struct strip *strip, const struct row *row)
{
    const struct row *last;

    if (strip->rows->len == 0)
        return false;
    last = strip_row(strip, strip->rows->len - 1);
    return !last->is_run && last->sender == row->sender && last->seq == row->seq &&
           last->length == row->length;
}

void picture_film_take(struct picture_film *film, const struct tl_seen_segment *seen)
{
    const uint32_t number = tl_connection_number(seen->connection);
    struct strip *strip;
    struct row row = row_of(seen);
    bool plain, pause;

    if (film->strips->len <= number)
        g_ptr_array_set_size(film->strips, (int)number + 1);
    strip = film_strip(film, number);
    if (strip == NULL) {
        strip = g_new0(struct strip, 1);
        strip->rows = g_array_new(FALSE, FALSE, sizeof(struct row));
        film->strips->pdata[number] = strip;
    }

    plain = is_plain(strip, seen);
    if (!row.quoted && row.length > 0) {
        const tl_seq start = row.seq + ((row.flags & TL_SYN) != 0);

        row.repeated = coverage_add(&strip->coverage[row.sender], start, start + row.length);
        row.flow[row.sender] =
            (struct flow){.bytes = row.length, .segments = 1, .repeated = row.repeated};
    } else if (!row.quoted) {
        row.flow[row.sender].bare = 1;
    }

    row.timed_out = plain && row.repeated && strip->rows->len < MANY_ROWS &&
                    row.time_ns - strip->last_ns[row.sender] >= TIMEOUT_NS;
    pause = strip->rows->len > 0 && strip->rows->len < MANY_ROWS &&
            row.time_ns - strip_row(strip, strip->rows->len - 1)->last_ns >= SILENCE_NS;
    if (!plain || row.timed_out || pause)
        end_stretch(strip, row.timed_out && repeats_last(strip, &row) ? 1 : 0);

    g_array_append_val(strip->rows, row);
    if (!row.quoted)
        strip->last_ns[row.sender] = row.time_ns;
    if (!plain || row.timed_out)
        strip->stretch = strip->rows->len;
    else if (strip->rows->len - strip->stretch > PLAIN_SHOWN + 1)
        fold_next_into(strip, strip->stretch);
}

const struct strip *picture_film_develop(struct picture_film *film, uint32_t number)
{
    struct strip *strip = film_strip(film, number);

    if (strip == NULL || strip->rows->len == 0)
        return NULL;
    end_stretch(strip, 0);
    return strip;
}
