/* pcaplife map: reads capture files, and divides their segments among the parts of an archive.
 *
 * Each tap is a slice of its own: how taps lie to each other in time is known when all have been read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/map.h"

#include "command/archive/tap_streams.h"
#include "command/captures.h"
#include "command/command_line.h"
#include "command/complaints.h"
#include "command/folder.h"
#include "command/pieces.h"
#include "command/printable.h"
#include "command/progress.h"
#include "command/writing.h"
#include "command/zeek_feed.h"

#include <errno.h>
#include <string.h>

/* All streams are there, but some file was not read to its end: trying again would not help. */
static const enum exit_code NOT_WHOLE = PCAPLIFE_BROKEN;

struct map_words {
    gint64 parts;
    char *folder;
    gboolean quiet, strict;
    char **files, **taps;
};

struct map {
    struct tap_streams *streams;
    struct decoder *decoder;
    struct whole_datagrams *whole;
    struct pieces *pieces;
    uint32_t frame;
    struct mapped_segment next; /* the decoder puts its next segment there */
    struct segment_bytes bytes;
};

/* ---- one tap ------------------------------------------------------------------------------- */

static struct tl_segment *place_of_next(void *ctx, struct segment_bytes **bytes)
{
    struct map *map = ctx;

    *bytes = &map->bytes;
    return &map->next.segment;
}

static void take_segment(void *ctx)
{
    struct map *map = ctx;
    struct mapped_segment *next = &map->next;

    next->ip_length = zeek_ip_length(&next->segment, &map->bytes);
    next->is_whole = map->bytes.captured >= map->bytes.on_the_wire;
    next->segment.caller = &map->bytes;
    next->checksum = segment_checksum(&next->segment);
    tap_streams_segment(map->streams, next);
}

static void take_icmp_error(void *ctx, const struct tl_segment *segment, uint8_t type, uint8_t code)
{
    struct map *map = ctx;
    struct mapped_segment mapped = {
        .segment = *segment, .is_quoted = true, .icmp_type = type, .icmp_code = code};

    tap_streams_segment(map->streams, &mapped);
}

static void read_tap(struct map *map)
{
    const unsigned none = G_MAXUINT;
    unsigned piece = none, kept = 0;
    enum capture_result result;
    struct packet packet;

    while ((result = pieces_read(map->pieces, &packet)) != CAPTURE_END) {
        packet.frame = ++map->frame; /* the decoder's packets are of one sequence */
        if (piece == none || piece != pieces_place(map->pieces)) {
            tap_streams_begin_file(map->streams, pieces_path(map->pieces));
            map->whole->file_frame = packet.frame;
        }
        piece = pieces_place(map->pieces);
        tap_streams_frame(map->streams, packet.time_ns, result == CAPTURE_PACKET);
        if (result == CAPTURE_PACKET)
            decoder_packet(map->decoder, &packet);
        if (++kept == CAPTURE_KEEPS) {
            decoder_forget(map->decoder);
            pieces_forget(map->pieces);
            kept = 0;
        }
    }
}

/* Whether another task has the missing fragments is seen when all have ended. */
static void note_unfinished(const struct map *map)
{
    struct noted_datagram *found = g_new(struct noted_datagram, MOST_NOTED_DATAGRAMS);
    const size_t count = decoder_unfinished(map->decoder, found, MOST_NOTED_DATAGRAMS);

    tap_streams_unfinished(map->streams, found, (unsigned)count);
    g_free(found);
}

/* False: some file cannot be read to its end. */
static bool note_damages(const struct map *map)
{
    const GArray *damages = pieces_damages(map->pieces);

    for (unsigned i = 0; i < damages->len; i++) {
        const struct piece_damage *one = &g_array_index(damages, struct piece_damage, i);
        char *why = capture_damage_text(&one->damage), *name = printable(one->path);

        complain("%s %s", name, why);
        tap_streams_damage(map->streams, one->path, why);
        g_free(name);
        g_free(why);
    }
    return damages->len == 0;
}

/* False: something was passed over. */
static bool tell_undecoded(struct map *map, const struct map_words *words, const char *name)
{
    size_t count;
    struct undecoded *undecoded = decoders_undecoded(&map->decoder, 1, &count);

    if (!words->quiet)
        complain_of_undecoded(name, undecoded, count, NULL);
    g_free(undecoded);
    return count == 0;
}

/* The same for the same files: a task that is run again writes the same streams. */
static char *slice_name(const char *tap, const GPtrArray *files)
{
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
    char *first = g_path_get_basename(g_ptr_array_index(files, 0)), *name;

    g_checksum_update(sum, (const guchar *)tap, (gssize)strlen(tap) + 1);
    for (unsigned i = 0; i < files->len; i++) {
        const char *path = g_ptr_array_index(files, i);

        g_checksum_update(sum, (const guchar *)path, (gssize)strlen(path) + 1);
    }
    for (char *at = first; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr("._-", *at) == NULL)
            *at = '_';
    name = g_strdup_printf("%.40s-%.16s", first, g_checksum_get_string(sum));
    g_free(first);
    g_checksum_free(sum);
    return name;
}

static struct slice *slice_of(const struct map_words *words, const char *tap, const GPtrArray *files)
{
    struct slice *slice = slice_new();

    slice->parts = (unsigned)words->parts;
    slice->tap = g_strdup(tap);
    slice->name = slice_name(tap, files);
    slice->whole = whole_datagrams_new();
    return slice;
}

static enum exit_code map_tap(const struct map_words *words, const char *tap, const GPtrArray *files)
{
    struct slice *slice = slice_of(words, tap, files);
    struct map map = {.streams = tap_streams_new(words->folder, slice), /* whose the slice is now */
                      .whole = slice->whole};
    const struct decoder_sink sink = {place_of_next, take_segment, take_icmp_error, &map};
    bool is_whole;

    if (map.streams == NULL)
        return PCAPLIFE_FAILED;
    map.decoder = decoder_new(&sink);
    decoder_note_whole(map.decoder, map.whole);
    map.pieces = pieces_new(files);
    read_tap(&map);
    note_unfinished(&map);
    is_whole = note_damages(&map);
    is_whole = (tell_undecoded(&map, words, g_ptr_array_index(files, 0)) || !words->strict) && is_whole;
    decoder_free(map.decoder);
    pieces_free(map.pieces);
    if (!tap_streams_end(map.streams))
        return PCAPLIFE_FAILED;
    return is_whole ? PCAPLIFE_OK : NOT_WHOLE;
}

/* ---- words --------------------------------------------------------------------------------- */

static bool read_words(struct map_words *words, int argc, char **argv)
{
    const GOptionEntry entries[] = {
        {"parts", 0, 0, G_OPTION_ARG_INT64, &words->parts, "so many parts, of which each can be reduced by itself",
         "COUNT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &words->folder, "write the streams there", "FOLDER"},
        {"tap", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->taps,
         "files of one point where the traffic was captured", "NAME=FILE[,FILE…]"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &words->quiet,
         "no word about packets and texts that are passed over, nor about progress", NULL},
        {"strict", 0, 0, G_OPTION_ARG_NONE, &words->strict,
         "packets and texts that are passed over make the exit code 1", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->files, NULL, NULL},
        {0},
    };
    GOptionContext *context = g_option_context_new("FILE…");

    g_option_context_set_summary(context, "Divides the segments of capture files among the parts of an archive.");
    g_option_context_set_description(context,
                                     "FILE is a capture file, or a folder of such files; those without --tap are one "
                                     "tap.\nExit code: 0; 1 if some file was not read to its end; 2 if there are no "
                                     "streams.");
    return command_line_parse(context, entries, argc, argv);
}

static bool is_sensible(const struct map_words *words)
{
    if (words->parts < 1 || words->parts > MOST_PARTS) {
        complain("--parts is a number from 1 to %d", MOST_PARTS);
        return false;
    }
    if (words->folder == NULL) {
        complain("-o FOLDER is needed: there the streams of segments are written");
        return false;
    }
    if (g_mkdir_with_parents(words->folder, 0777) != 0) {
        complain("%s cannot be made: %s", words->folder, g_strerror(errno));
        return false;
    }
    return true;
}

static enum exit_code map_all(const struct map_words *words)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free), *captures, *files;
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    const struct capture_words captures_words = {
        .files = words->files, .taps = words->taps, .join = true, .tap_names = names, .texts = texts};
    enum exit_code code = PCAPLIFE_OK;
    bool some_missing = false;

    captures = captures_new(&captures_words, &some_missing);
    if (!words->quiet)
        folder_complain_of_texts(texts);
    if (words->strict && texts->len > 0)
        code = NOT_WHOLE;
    g_ptr_array_unref(texts);
    if (captures == NULL) {
        g_ptr_array_free(names, TRUE);
        return PCAPLIFE_FAILED;
    }
    files = captures_files(captures);
    if (!words->quiet)
        progress_begin(files);
    for (unsigned i = 0; captures->len > 0 && i < names->len; i++) {
        const GPtrArray *taps = g_ptr_array_index(captures, 0);
        const enum exit_code one = map_tap(words, g_ptr_array_index(names, i), g_ptr_array_index(taps, i));

        code = MAX(code, one);
    }
    progress_end();
    g_ptr_array_unref(files);
    g_ptr_array_unref(captures);
    g_ptr_array_free(names, TRUE);
    return some_missing ? MAX(code, NOT_WHOLE) : code;
}

int archive_map(int argc, char **argv)
{
    struct map_words words = {0};
    enum exit_code code = PCAPLIFE_FAILED;

    capture_init();
    if (read_words(&words, argc, argv) && is_sensible(&words))
        code = map_all(&words);
    g_free(words.folder);
    g_strfreev(words.files);
    g_strfreev(words.taps);
    return (int)code;
}
