/* pcaplife reduce: the lives of one part's connections, from the streams of all slices.
 *
 * It cannot know how many connections of other parts began before each of its own, nor who else is half-open at a
 * server: that is left to pcaplife result.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/reduce.h"

#include "command/archive/half_open_notes.h"
#include "command/archive/host_file.h"
#include "command/archive/host_notes.h"
#include "command/archive/merge.h"
#include "command/archive/numbers.h"
#include "command/archive/part_records.h"
#include "command/archive/record_steps.h"
#include "command/archive/stream.h"
#include "command/arena.h"
#include "command/command_line.h"
#include "command/complaints.h"
#include "command/lives.h"
#include "command/writing.h"
#include "tcplife/output/records.h"

#include <stdlib.h>
#include <string.h>

/* Records are gathered to so many bytes, and the others to so many. */
enum { TEXTS_A_BLOCK = 1 << 18, NUMBERS_A_BLOCK = 1 << 16 };

struct reduce_words {
    char *output, *hosts;
    gboolean slim;
    gint64 msl, close_wait_limit, syn_flood_threshold, syn_flood_window;
    gint64 part; /* -1: each file is a stream, not a folder of streams */
    char **files;
};

/* Where a frame that may be a connection's first one was captured. */
struct frame_tap {
    uint32_t frame;
    unsigned tap;
};

struct reduce {
    struct part_head *head;
    struct merge *merge;
    struct arena *arena; /* the memory of the tracker, and of Zeek's words */
    struct tl_tracker *tracker;
    struct tl_zeek *zeek;
    struct stream_writer *writer;
    GByteArray *block, *births;
    struct half_open_notes *notes; /* they are written behind the births… */
    struct host_notes *host_notes; /* …and so are these, of places that are… */
    bool is_judged[TL_HOST_PLACES];
    struct host_file *hosts; /* what other parts tell of hosts; NULL: nobody has said */
    GArray *taps;           /* struct frame_tap, where there are several */
    int64_t latest_ns;      /* of all frames until the present segment */
    uint64_t ordinal;       /* of it… */
    uint64_t next_ordinal;  /* …and of one that would follow it at once */
    uint64_t last_birth;
    bool is_told_of_plain;
};

/* ---- half-open connections ----------------------------------------------------------------- */

/* struct tl_config's. */
static void note_half_open(void *ctx, const struct tl_half_open_note *told)
{
    struct reduce *reduce = ctx;
    const struct part_note note = {.ordinal = reduce->ordinal, .note = *told};

    half_open_notes_add(reduce->notes, &note, reduce->latest_ns);
}

/* ---- hosts --------------------------------------------------------------------------------- */

/* struct tl_config's. */
static void note_host(void *ctx, const struct tl_host_note *told)
{
    struct reduce *reduce = ctx;
    const struct host_note note = {.ordinal = reduce->ordinal, .told = *told};

    if (reduce->is_judged[tl_host_place(&told->socket, told->network)])
        host_notes_add(reduce->host_notes, &note);
}

static void tell_of_hosts(struct reduce *reduce)
{
    const struct tl_host_note *note;

    while ((note = host_file_before(reduce->hosts, reduce->ordinal)) != NULL)
        tl_tracker_host_elsewhere(reduce->tracker, note);
}

/* ---- segments ------------------------------------------------------------------------------ */

/* struct tl_segment's. */
static enum tl_checksum known_checksum(const struct tl_segment *segment)
{
    return ((const struct mapped_segment *)segment->caller)->checksum;
}

static void note_birth(struct reduce *reduce)
{
    numbers_put(reduce->births, reduce->ordinal - reduce->last_birth);
    reduce->last_birth = reduce->ordinal;
    reduce->head->connections++;
}

static void note_tap(struct reduce *reduce, const struct merged_segment *merged)
{
    const struct frame_tap noted = {merged->mapped.segment.frame, merged->tap};

    g_array_append_val(reduce->taps, noted);
}

static bool is_with_itself(const struct tl_segment *s)
{
    return s->source.port == s->destination.port && s->source.family == s->destination.family &&
           memcmp(s->source.address, s->destination.address, sizeof s->source.address) == 0;
}

static void take_segment(struct reduce *reduce, struct merged_segment *merged)
{
    struct tl_segment *s = &merged->mapped.segment;
    const uint32_t before = tl_tracker_connection_count(reduce->tracker);
    struct tl_taken taken;
    bool is_new;

    s->checksum = known_checksum;
    s->caller = &merged->mapped;
    taken.connection = tl_tracker_segment(reduce->tracker, s, &taken.sender);
    is_new = tl_tracker_connection_count(reduce->tracker) > before;
    if (is_new)
        note_birth(reduce);
    if ((is_new || s->flags & TL_SYN) && merge_tap_count(reduce->merge) > 1)
        note_tap(reduce, merged);
    if (reduce->zeek != NULL && taken.connection != NULL) {
        const struct tl_zeek_packet packet = {
            .segment = s, .ip_length = merged->mapped.ip_length, .is_whole = merged->mapped.is_whole};

        tl_zeek_segment(reduce->zeek, tl_connection_number(taken.connection), taken.sender, &packet);
    }
    reduce->next_ordinal = reduce->ordinal + (is_with_itself(s) ? 2 : 1);
}

static void take(struct reduce *reduce, struct merged_segment *merged)
{
    const struct tl_segment *s = &merged->mapped.segment;
    const bool tells_plain = merged->has_plain_before && !reduce->is_told_of_plain;

    reduce->ordinal = merged->ordinal;
    reduce->latest_ns = merged->latest_ns;
    if (reduce->hosts != NULL)
        tell_of_hosts(reduce);
    if (merged->ordinal > reduce->next_ordinal || tells_plain)
        tl_tracker_elsewhere(reduce->tracker, merged->ordinal - reduce->next_ordinal, tells_plain);
    reduce->is_told_of_plain = reduce->is_told_of_plain || tells_plain;
    reduce->next_ordinal = merged->ordinal;
    if (merged->mapped.is_quoted)
        tl_tracker_icmp_error(reduce->tracker, s->frame, s->time_ns, &s->source, &s->destination, s->seq,
                              merged->mapped.icmp_type, merged->mapped.icmp_code);
    else
        take_segment(reduce, merged);
}

/* ---- records ------------------------------------------------------------------------------- */

static int compare_frames(const void *key, const void *member)
{
    const uint32_t frame = *(const uint32_t *)key, other = ((const struct frame_tap *)member)->frame;

    return frame < other ? -1 : frame > other;
}

/* struct tl_capture's: it is asked about connections' first frames. */
static unsigned file_of(uint32_t frame, void *ctx)
{
    const struct reduce *reduce = ctx;
    const struct frame_tap *found = bsearch(&frame, reduce->taps->data, reduce->taps->len,
                                            sizeof(struct frame_tap), compare_frames);

    return merge_file_of(reduce->merge, found != NULL ? found->tap : 0, frame);
}

static struct tl_capture capture_of(struct reduce *reduce)
{
    struct tl_capture capture = lives_capture(reduce->tracker, &reduce->head->preferences);

    capture.zeek = reduce->zeek;
    capture.start_ns = merge_first_ns(reduce->merge);
    capture.end_ns = merge_latest_ns(reduce->merge);
    capture.files = merge_files(reduce->merge, &capture.file_count);
    capture.file_of = merge_tap_count(reduce->merge) > 1 ? file_of : NULL;
    capture.lists_files = true;
    capture.has_slim_records = reduce->head->is_slim;
    capture.first_number = reduce->head->first_number;
    capture.ctx = reduce;
    return capture;
}

static void append_zeek(GString *text, const struct tl_capture *capture,
                        const struct tl_connection *connection)
{
    tl_append_zeek_log(text, capture, connection);
}

static const struct {
    const char *format;
    void (*append)(GString *text, const struct tl_capture *capture, const struct tl_connection *connection);
} formats[] = {{"json", tl_append_json}, {"csv", tl_append_csv}, {"zeek", append_zeek}};

static void begin_block(struct reduce *reduce, enum part_block kind)
{
    const uint8_t byte = (uint8_t)kind;

    g_byte_array_set_size(reduce->block, 0);
    g_byte_array_append(reduce->block, &byte, 1);
}

static void write_block(struct reduce *reduce, enum part_block kind, const uint8_t *bytes, unsigned length)
{
    begin_block(reduce, kind);
    g_byte_array_append(reduce->block, bytes, length);
    stream_write(reduce->writer, reduce->block);
}

/* Numbers may be cut between blocks anywhere but within one: a block's end is found so. */
static void write_births(struct reduce *reduce)
{
    const uint8_t *at = reduce->births->data, *end = at + reduce->births->len;

    while (at < end) {
        const uint8_t *to = end - at > NUMBERS_A_BLOCK ? at + NUMBERS_A_BLOCK : end;

        while ((to[-1] & 0x80) != 0)
            to++;
        write_block(reduce, PART_BIRTHS, at, (unsigned)(to - at));
        at = to;
    }
}

static void write_blocks(struct reduce *reduce, enum part_block kind, const GPtrArray *blocks)
{
    for (unsigned i = 0; i < blocks->len; i++) {
        const GByteArray *block = g_ptr_array_index(blocks, i);

        write_block(reduce, kind, block->data, block->len);
    }
}

/* One connection's record may be longer than any block. */
static void write_steps(struct reduce *reduce, const GByteArray *steps)
{
    size_t at = 0;

    do {
        const size_t length = MIN(steps->len - at, (size_t)TEXTS_A_BLOCK);

        numbers_put(reduce->block, at + length < steps->len);
        numbers_put_bytes(reduce->block, steps->data + at, length);
        at += length;
        if (reduce->block->len > TEXTS_A_BLOCK) {
            stream_write(reduce->writer, reduce->block);
            begin_block(reduce, PART_TEXTS);
        }
    } while (at < steps->len);
}

static void write_records(struct reduce *reduce)
{
    const struct tl_capture capture = capture_of(reduce);
    struct record_steps *steps = record_steps_new();
    GByteArray *bytes = g_byte_array_new();
    unsigned format = 0;

    while (strcmp(formats[format].format, reduce->head->format) != 0)
        format++;
    begin_block(reduce, PART_TEXTS);
    for (uint32_t i = 0; i < reduce->head->connections; i++) {
        const struct tl_connection *connection = tl_tracker_connection(reduce->tracker, i);

        reduce->head->opened_ns = MIN(reduce->head->opened_ns, tl_connection_start_ns(connection));
        reduce->head->closed_ns = MAX(reduce->head->closed_ns, tl_connection_end_ns(connection));
        formats[format].append(record_steps_begin(steps), &capture, connection);
        g_byte_array_set_size(bytes, 0);
        record_steps_put(steps, reduce->head->first_number, bytes);
        write_steps(reduce, bytes);
    }
    stream_write(reduce->writer, reduce->block);
    g_byte_array_free(bytes, TRUE);
    record_steps_free(steps);
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* A number of 20 digits, as no other in a record has; its first ten are in no file's name. */
static uint64_t choose_first_number(const struct merge *merge)
{
    const uint64_t beyond = UINT64_C(10000000000000000000), step = UINT64_C(10000000000);
    unsigned count, i;
    const struct tl_capture_file *files = merge_files(merge, &count);

    for (uint64_t number = beyond;; number += step) {
        char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, (guint64)(number / step));

        for (i = 0; i < count && strstr(files[i].name, digits) == NULL; i++)
            ;
        g_free(digits);
        if (i == count)
            return number;
    }
}

static void add_texts(GPtrArray *to, const GPtrArray *from)
{
    for (unsigned i = 0; i < from->len; i++)
        g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
}

static void fill_head(struct reduce *reduce)
{
    struct part_head *head = reduce->head;

    head->part = merge_part(reduce->merge, &head->parts);
    head->first_number = choose_first_number(reduce->merge);
    head->opened_ns = INT64_MAX;
    head->closed_ns = INT64_MIN;
    head->datagrams = merge_cut_datagrams(reduce->merge);
    add_texts(head->slices, merge_slices(reduce->merge));
    add_texts(head->damages, merge_damages(reduce->merge));
}

static void begin(struct reduce *reduce)
{
    struct arena *arena = arena_new();
    const struct tl_memory memory = arena_memory(arena);
    const bool any_is_judged = merge_judged_places(reduce->merge, reduce->is_judged);
    const struct lives_listener listener = {
        .half_open = note_half_open, .host = any_is_judged ? note_host : NULL, .ctx = reduce};

    reduce->arena = arena;
    reduce->block = g_byte_array_new();
    reduce->births = g_byte_array_new();
    reduce->notes = half_open_notes_new();
    reduce->host_notes = host_notes_new();
    reduce->taps = g_array_new(FALSE, FALSE, sizeof(struct frame_tap));
    reduce->tracker = lives_told(&memory, &reduce->head->preferences, &listener);
    reduce->zeek = tl_zeek_new(&memory);
    fill_head(reduce);
}

static void free_reduce(struct reduce *reduce)
{
    if (reduce->block != NULL) {
        g_byte_array_free(reduce->block, TRUE);
        g_byte_array_free(reduce->births, TRUE);
        g_array_free(reduce->taps, TRUE);
    }
    half_open_notes_free(reduce->notes);
    host_notes_free(reduce->host_notes);
    host_file_free(reduce->hosts);
    arena_free(reduce->arena);
    merge_free(reduce->merge);
}

static bool write_part(struct reduce *reduce, const char *path)
{
    reduce->writer = stream_writer_new(path, STREAM_RECORDS);
    if (reduce->writer == NULL)
        return false;
    write_births(reduce);
    write_blocks(reduce, PART_HOSTS, host_notes_blocks(reduce->host_notes));
    write_blocks(reduce, PART_SERVERS, half_open_notes_servers(reduce->notes));
    write_blocks(reduce, PART_HALF_OPEN, half_open_notes_blocks(reduce->notes));
    write_records(reduce);
    g_byte_array_set_size(reduce->block, 0);
    part_head_put(reduce->head, reduce->block);
    return stream_writer_end(reduce->writer, reduce->block);
}

static bool open_hosts(struct reduce *reduce, const char *path)
{
    unsigned parts;
    const unsigned part = merge_part(reduce->merge, &parts);

    reduce->hosts = host_file_new(path, parts, part, merge_slices(reduce->merge));
    return reduce->hosts != NULL;
}

static bool has_failed(const struct reduce *reduce)
{
    return merge_has_failed(reduce->merge) || (reduce->hosts != NULL && host_file_has_failed(reduce->hosts));
}

/* It is reduced already, and other parts tell nothing that would change it. */
static bool is_there(const struct reduce *reduce, const char *output)
{
    return reduce->hosts != NULL && !host_file_concerns_part(reduce->hosts) && g_file_test(output, G_FILE_TEST_EXISTS);
}

static bool reduce_part(struct part_head *head, const GPtrArray *paths, const struct reduce_words *words)
{
    struct reduce reduce = {.head = head, .merge = merge_new(paths)};
    struct merged_segment merged;
    bool good = reduce.merge != NULL && (words->hosts == NULL || open_hosts(&reduce, words->hosts));

    if (good && !is_there(&reduce, words->output)) {
        begin(&reduce);
        while (merge_next(reduce.merge, &merged))
            take(&reduce, &merged);
        good = !has_failed(&reduce) && write_part(&reduce, words->output);
    }
    free_reduce(&reduce);
    return good;
}

/* ---- words --------------------------------------------------------------------------------- */

static bool read_words(struct reduce_words *words, int argc, char **argv)
{
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &words->output, "write what is told of the part there", "FILE"},
        {"part", 0, 0, G_OPTION_ARG_INT64, &words->part, "FILE is a folder: all streams of that part in it", "NUMBER"},
        {"hosts", 0, 0, G_OPTION_ARG_FILENAME, &words->hosts,
         "once more, with what pcaplife result has written there of the other parts", "FILE"},
        {"slim", 0, 0, G_OPTION_ARG_NONE, &words->slim, "records without expert infos and transitions (json, csv)",
         NULL},
        {"msl", 0, 0, G_OPTION_ARG_INT64, &words->msl, "as of pcaplife json (30)", "SECONDS"},
        {"close-wait-limit", 0, 0, G_OPTION_ARG_INT64, &words->close_wait_limit, "the same (60)", "SECONDS"},
        {"syn-flood-threshold", 0, 0, G_OPTION_ARG_INT64, &words->syn_flood_threshold, "the same (100)", "COUNT"},
        {"syn-flood-window", 0, 0, G_OPTION_ARG_INT64, &words->syn_flood_window, "the same (10)", "SECONDS"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->files, NULL, NULL},
        {0},
    };
    GOptionContext *context = g_option_context_new("json|csv|zeek FILE…");

    g_option_context_set_summary(context, "The lives of one part's connections, from all streams of pcaplife map.");
    return command_line_parse(context, entries, argc, argv);
}

static bool is_format(const char *word)
{
    for (unsigned i = 0; word != NULL && i < G_N_ELEMENTS(formats); i++)
        if (strcmp(formats[i].format, word) == 0)
            return true;
    return false;
}

static bool take_number(unsigned *to, const char *option, gint64 number)
{
    if (number < 0 || number > G_MAXUINT32) {
        complain("%s is a number from 0 to %u", option, G_MAXUINT32);
        return false;
    }
    *to = (unsigned)number;
    return true;
}

static bool take_words(struct part_head *head, const struct reduce_words *words)
{
    if (words->files == NULL || !is_format(words->files[0])) {
        complain("reduce needs to know what to write: json, csv or zeek");
        return false;
    }
    if (words->output == NULL || words->files[1] == NULL) {
        complain(words->output == NULL ? "-o FILE is needed: there the part's records are written"
                                       : "no stream of pcaplife map is named");
        return false;
    }
    head->format = g_strdup(words->files[0]);
    head->is_slim = words->slim;
    return take_number(&head->preferences.msl, "--msl", words->msl) &&
           take_number(&head->preferences.close_wait_limit, "--close-wait-limit", words->close_wait_limit) &&
           take_number(&head->preferences.syn_flood_threshold, "--syn-flood-threshold",
                       words->syn_flood_threshold) &&
           take_number(&head->preferences.syn_flood_window, "--syn-flood-window", words->syn_flood_window);
}

/* More streams than a command line has room for. */
static bool add_streams(GPtrArray *paths, const char *folder, gint64 part)
{
    char *ending = g_strdup_printf(".p%" G_GINT64_FORMAT, part);
    GError *error = NULL;
    GDir *dir = g_dir_open(folder, 0, &error);
    const char *name;

    if (dir == NULL) {
        complain("%s", error->message);
        g_error_free(error);
    }
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(name, ending))
            g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    g_free(ending);
    if (dir == NULL)
        return false;
    g_dir_close(dir);
    return true;
}

static bool find_streams(GPtrArray *paths, const struct reduce_words *words)
{
    for (char **file = words->files; *++file != NULL;) {
        if (words->part < 0)
            g_ptr_array_add(paths, g_strdup(*file));
        else if (!add_streams(paths, *file, words->part))
            return false;
    }
    if (paths->len == 0)
        complain("there is no stream of part %" G_GINT64_FORMAT, words->part);
    return paths->len > 0;
}

/* It would be lost, as soon as the part is reduced. */
static bool overwrites_input(GPtrArray *paths, const struct reduce_words *words)
{
    GPtrArray *inputs = g_ptr_array_new();
    const struct writing writing = {.inputs = inputs};
    bool overwrites;

    g_ptr_array_extend(inputs, paths, NULL, NULL);
    if (words->hosts != NULL)
        g_ptr_array_add(inputs, words->hosts);
    overwrites = !writing_claim(&writing, "-o", words->output);
    g_ptr_array_free(inputs, TRUE);
    return overwrites;
}

int archive_reduce(int argc, char **argv)
{
    struct reduce_words words = {
        .part = -1,
        .msl = default_preferences.msl,
        .close_wait_limit = default_preferences.close_wait_limit,
        .syn_flood_threshold = default_preferences.syn_flood_threshold,
        .syn_flood_window = default_preferences.syn_flood_window,
    };
    struct part_head *head = part_head_new();
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    bool good = read_words(&words, argc, argv) && take_words(head, &words) && find_streams(paths, &words) &&
                !overwrites_input(paths, &words);

    good = good && reduce_part(head, paths, &words);
    g_ptr_array_free(paths, TRUE);
    part_head_free(head);
    g_free(words.output);
    g_free(words.hosts);
    g_strfreev(words.files);
    return good ? PCAPLIFE_OK : PCAPLIFE_FAILED;
}
