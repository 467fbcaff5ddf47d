/* pcaplife result: what all parts of an archive tell, put together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/result.h"

#include "command/archive/flood_items.h"
#include "command/archive/host_answers.h"
#include "command/archive/ordered_runs.h"
#include "command/archive/part_reader.h"
#include "command/archive/record_edit.h"
#include "command/command_line.h"
#include "command/complaints.h"
#include "command/printable.h"
#include "command/writing.h"
#include "tcplife/output/records.h"

#include <stdlib.h>
#include <string.h>

enum { WRITTEN_AT_ONCE = 256 << 10 };
/* So many connections are named in a sentence, at most. */
enum { MOST_NAMED = 10 };
/* Nothing is told: some parts are to be reduced once more. */
static const enum exit_code ONCE_MORE = PCAPLIFE_BROKEN;

struct result_words {
    char *output, *hosts;
    char **files;
};

/* A connection of the whole. */
struct birth {
    uint64_t ordinal;
    unsigned part;
};

struct result {
    struct part_reader **parts; /* by their numbers */
    unsigned part_count;
    const struct part_head *head; /* the first part's: of the others most is the same */
    GArray *births;               /* struct birth */
    uint32_t **numbers;           /* by part, and number in it */
    uint32_t *next;               /* by part: its next connection */
    struct host_answers *answers;
    GArray *floods;               /* struct flood_item… */
    unsigned experts_column;      /* of CSV */
    struct writing writing;
};

/* ---- the parts ----------------------------------------------------------------------------- */

/* NULL: they go together. */
static const char *difference(const struct part_head *one, const struct part_head *other)
{
    if (one->parts != other->parts)
        return "are parts of different archives";
    if (strcmp(one->format, other->format) != 0 || one->is_slim != other->is_slim ||
        one->first_number != other->first_number)
        return "were not written in the same form";
    if (memcmp(&one->preferences, &other->preferences, sizeof one->preferences) != 0)
        return "were not reduced with the same options";
    if (!part_texts_are_same(one->slices, other->slices))
        return "are not of the same slices: reduce all parts when all files are mapped";
    return NULL;
}

static bool add_part(struct result *result, struct part_reader *reader)
{
    const char *path = stream_reader_path(reader->stream), *why;

    if (result->head == NULL) {
        result->head = reader->head;
        result->part_count = reader->head->parts;
        result->parts = g_new0(struct part_reader *, result->part_count);
    }
    why = difference(result->head, reader->head);
    if (why == NULL && result->parts[reader->head->part] != NULL)
        why = "are the same part";
    if (why != NULL) {
        complain("%s and the files before it %s", path, why);
        part_reader_free(reader);
        return false;
    }
    result->parts[reader->head->part] = reader;
    return true;
}

static bool open_parts(struct result *result, const GPtrArray *paths)
{
    bool good = true;

    for (unsigned i = 0; i < paths->len; i++) {
        struct part_reader *reader = part_reader_new(g_ptr_array_index(paths, i));

        good = reader != NULL && add_part(result, reader) && good;
    }
    for (unsigned i = 0; i < result->part_count && good; i++)
        if (result->parts[i] == NULL) {
            complain("part %u of %u is missing", i, result->part_count);
            good = false;
        }
    return good && result->head != NULL;
}

/* ---- numbers ------------------------------------------------------------------------------- */

static bool read_births(struct result *result, unsigned part)
{
    struct part_reader *reader = result->parts[part];
    struct birth birth = {.part = part};
    uint32_t count = 0;

    for (; part_reader_has(reader, PART_BIRTHS); count++) {
        birth.ordinal += numbers_take(&reader->block);
        g_array_append_val(result->births, birth);
    }
    if (count != reader->head->connections)
        stream_reader_refuse(reader->stream);
    return part_reader_is_good(reader);
}

static int compare_births(const void *one, const void *other)
{
    const struct birth *a = one, *b = other;

    return a->ordinal != b->ordinal ? (a->ordinal < b->ordinal ? -1 : 1) : (a->part > b->part) - (a->part < b->part);
}

static bool number_connections(struct result *result)
{
    result->births = g_array_new(FALSE, FALSE, sizeof(struct birth));
    result->numbers = g_new0(uint32_t *, result->part_count + 1);
    result->next = g_new0(uint32_t, result->part_count);
    for (unsigned i = 0; i < result->part_count; i++) {
        if (!read_births(result, i))
            return false;
        /* So many there are: a damaged file cannot ask for more memory than its size. */
        result->numbers[i] = g_new(uint32_t, (gsize)result->parts[i]->head->connections + 1);
    }
    ordered_runs_sort(result->births, compare_births);
    for (unsigned i = 0; i < result->births->len; i++) {
        const unsigned part = g_array_index(result->births, struct birth, i).part;

        result->numbers[part][result->next[part]++] = i;
    }
    memset(result->next, 0, result->part_count * sizeof *result->next);
    return true;
}

/* ---- records ------------------------------------------------------------------------------- */

static bool is_json(const struct result *result)
{
    return strcmp(result->head->format, "json") == 0;
}

/* Only JSON and CSV that are not slim have expert infos. */
static bool tells_floods(const struct result *result)
{
    return strcmp(result->head->format, "zeek") != 0 && !result->head->is_slim;
}

static int compare_to_item(const void *key, const void *member)
{
    const struct flood_item *a = key, *b = member;

    if (a->part != b->part)
        return a->part < b->part ? -1 : 1;
    return a->number != b->number ? (a->number < b->number ? -1 : 1) : 0;
}

/* The record's floods, the last one first, so that the places of the others stay. */
static bool insert_floods(const struct result *result, unsigned part, uint32_t number, GString *record)
{
    const struct flood_item key = {.part = part, .number = number};
    const struct flood_item *items = (const struct flood_item *)(void *)result->floods->data, *at;
    const struct flood_item *end = items + result->floods->len;

    if (result->floods->len == 0)
        return true;
    at = bsearch(&key, items, result->floods->len, sizeof key, compare_to_item);
    while (at != NULL && at > items && compare_to_item(&key, at - 1) == 0)
        at--;
    for (; at != NULL && at < end && compare_to_item(&key, at) == 0; at++)
        if (!(is_json(result) ? record_insert_json(record, at->place, &at->change)
                              : record_insert_csv(record, result->experts_column, at->place, &at->change)))
            return false;
    return true;
}

/* Appends the part's next record to what is written. */
static bool write_record(struct result *result, unsigned part, GString *record)
{
    GString *to = result->floods->len > 0 ? record : result->writing.text;
    struct part_reader *reader = result->parts[part];
    const uint32_t number = result->next[part]++;
    const struct record_steps *told = part_reader_record(reader);

    if (told == NULL)
        return false;
    g_string_truncate(record, 0);
    if (!record_append_numbered(to, told, result->numbers[part], reader->head->connections) ||
        !insert_floods(result, part, number, record)) {
        stream_reader_refuse(reader->stream);
        return false;
    }
    g_string_append_len(result->writing.text, record->str, (gssize)record->len);
    if (result->writing.text->len > WRITTEN_AT_ONCE)
        writing_flush(&result->writing);
    return true;
}

static struct tl_capture any_capture(const struct result *result)
{
    static const struct tl_capture_file any = {.name = "", .first_frame = 1};

    return (struct tl_capture){
        .files = &any, .file_count = 1, .lists_files = true, .has_slim_records = result->head->is_slim};
}

static void find_experts_column(struct result *result, const char *header)
{
    char **keys = g_strsplit(header, ",", -1);

    while (keys[result->experts_column] != NULL && strcmp(keys[result->experts_column], "experts") != 0)
        result->experts_column++;
    g_strfreev(keys);
}

static void write_beginning(struct result *result)
{
    const struct tl_capture capture = any_capture(result);
    int64_t opened_ns = INT64_MAX;

    for (unsigned i = 0; i < result->part_count; i++)
        opened_ns = MIN(opened_ns, result->parts[i]->head->opened_ns);
    if (strcmp(result->head->format, "csv") == 0) {
        tl_append_csv_header(result->writing.text, &capture);
        find_experts_column(result, result->writing.text->str);
    } else if (strcmp(result->head->format, "zeek") == 0) {
        tl_append_zeek_log_head(result->writing.text, result->births->len > 0 ? opened_ns : 0);
    }
}

static void write_ending(struct result *result)
{
    int64_t closed_ns = INT64_MIN;

    for (unsigned i = 0; i < result->part_count; i++)
        closed_ns = MAX(closed_ns, result->parts[i]->head->closed_ns);
    if (strcmp(result->head->format, "zeek") == 0)
        tl_append_zeek_log_foot(result->writing.text, result->births->len > 0 ? closed_ns : 0);
}

static bool write_records(struct result *result)
{
    GString *record = g_string_new(NULL);
    bool good = true;

    write_beginning(result);
    for (unsigned i = 0; i < result->births->len && good && !result->writing.has_failed; i++)
        good = write_record(result, g_array_index(result->births, struct birth, i).part, record);
    if (good)
        write_ending(result);
    writing_end(&result->writing);
    g_string_free(record, TRUE);
    return good && (!result->writing.has_failed || result->writing.is_unwanted);
}

/* ---- all of it ----------------------------------------------------------------------------- */

static FILE *open_output(const char *output, const GPtrArray *paths)
{
    const struct writing writing = {.inputs = paths};

    return output == NULL ? stdout : writing_open(&writing, "-o", output);
}

static bool write_to(struct result *result, const char *output, const GPtrArray *paths)
{
    FILE *to = open_output(output, paths);
    bool good;

    if (to == NULL)
        return false;
    setvbuf(to, NULL, _IONBF, 0); /* what is written is gathered here */
    result->writing = (struct writing){.to = to, .text = g_string_new(NULL), .inputs = paths};
    good = write_records(result);
    if (to != stdout && fclose(to) != 0 && !result->writing.has_failed) {
        writing_note_failure(&result->writing);
        good = false;
    }
    g_string_free(result->writing.text, TRUE);
    return good;
}

static int compare_numbers(const void *one, const void *other)
{
    const uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

    return a < b ? -1 : a > b;
}

static void tell_askers(const struct result *result)
{
    const GArray *askers = result->answers->askers;
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    GString *names = g_string_new(NULL);
    unsigned count = 0;
    uint32_t last = 0;

    for (unsigned i = 0; i < askers->len; i++) {
        const struct host_asker *asker = &g_array_index(askers, struct host_asker, i);

        g_array_append_val(numbers, result->numbers[asker->part][asker->connection]);
    }
    g_array_sort(numbers, compare_numbers);
    for (unsigned i = 0; i < numbers->len; i++) {
        const uint32_t number = g_array_index(numbers, uint32_t, i);

        if (i > 0 && number == last)
            continue;
        last = number;
        if (count++ < MOST_NAMED)
            g_string_append_printf(names, "%s%u", count > 1 ? ", " : "", number);
    }
    complain("what is told of connection%s %s%s may be otherwise in one run: whether wrong checksums of theirs were damage "
             "is known by what other parts tell of their hosts (--hosts)",
             count == 1 ? "" : "s", names->str, count > MOST_NAMED ? " …" : "");
    g_string_free(names, TRUE);
    g_array_free(numbers, TRUE);
}

static void tell_datagrams(const struct cut_datagrams *datagrams)
{
    if (datagrams->cut > 0)
        complain("%" G_GUINT64_FORMAT " datagram%s told as far as one task of pcaplife map has the fragments: the "
                 "others are in the files of another task (%s%s)",
                 (guint64)datagrams->cut, datagrams->cut == 1 ? " is" : "s are", datagrams->cut == 1 ? "" : "one in ",
                 datagrams->cut_example);
    if (datagrams->joined > 0)
        complain("one run may tell otherwise: it may put together fragments of %" G_GUINT64_FORMAT
                 " datagram%s (%s%s) with later ones in the files of another task of pcaplife map",
                 (guint64)datagrams->joined, datagrams->joined == 1 ? "" : "s",
                 datagrams->joined == 1 ? "" : "of one: ", datagrams->joined_example);
}

/* Nothing is approximate in silence. */
static void tell_what_is_approximate(const struct result *result)
{
    const struct part_head *first = result->parts[0]->head; /* it knows the slices' datagrams */

    tell_datagrams(&first->datagrams);
    if (result->answers->are_wrong)
        tell_askers(result);
}

/* False: some file of the archive could not be read to its end. */
static bool tell_damages(const struct result *result)
{
    for (unsigned i = 0; i < result->head->damages->len; i++)
        complain("%s", (const char *)g_ptr_array_index(result->head->damages, i));
    return result->head->damages->len == 0;
}

static void free_result(struct result *result)
{
    for (unsigned i = 0; i < result->part_count; i++) {
        part_reader_free(result->parts[i]);
        if (result->numbers != NULL)
            g_free(result->numbers[i]);
    }
    g_free(result->parts);
    g_free(result->numbers);
    g_free(result->next);
    g_clear_pointer(&result->births, g_array_unref);
    host_answers_free(result->answers);
    g_clear_pointer(&result->floods, g_array_unref);
}

/* What the parts tell of hosts is in the file that `path` names, if some part was answered otherwise than one run is. */
static enum exit_code compare_answers(struct result *result, const char *path)
{
    struct host_file_writer *writer = path != NULL ? host_file_writer_new(path) : NULL;
    char *name;

    if (path != NULL && writer == NULL)
        return PCAPLIFE_FAILED;
    result->answers = host_answers_new(result->parts, result->part_count, writer);
    if (result->answers == NULL || path == NULL || !result->answers->are_wrong) {
        host_file_writer_free(writer);
        return result->answers != NULL ? PCAPLIFE_OK : PCAPLIFE_FAILED;
    }
    if (!host_file_writer_end(writer, result->part_count, result->answers->is_wrong, result->head->slices))
        return PCAPLIFE_FAILED;
    name = printable(path);
    complain("what hosts of one part show of their checksums changes what is told of another part: reduce all parts once "
             "more, with --hosts %s",
             name);
    g_free(name);
    return ONCE_MORE;
}

static bool print(struct result *result, const GPtrArray *paths, const char *output)
{
    bool good;

    if (tells_floods(result))
        result->floods = flood_items_new(paths, &result->head->preferences);
    else
        result->floods = g_array_new(FALSE, FALSE, sizeof(struct flood_item));
    good = result->floods != NULL && write_to(result, output, paths);
    if (good)
        tell_what_is_approximate(result);
    return good && tell_damages(result);
}

static enum exit_code put_together(const GPtrArray *paths, const struct result_words *words)
{
    struct result result = {0};
    const struct writing writing = {.inputs = paths};
    enum exit_code code = PCAPLIFE_FAILED;

    if (words->hosts != NULL && !writing_claim(&writing, "--hosts", words->hosts))
        return PCAPLIFE_FAILED;
    if (open_parts(&result, paths) && number_connections(&result))
        code = compare_answers(&result, words->hosts);
    if (code == PCAPLIFE_OK && !print(&result, paths, words->output))
        code = PCAPLIFE_FAILED;
    free_result(&result);
    return code;
}

static bool read_words(struct result_words *words, int argc, char **argv)
{
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &words->output, "write there, not on the standard output", "FILE"},
        {"hosts", 0, 0, G_OPTION_ARG_FILENAME, &words->hosts,
         "if parts have to be reduced once more: write there what they need of each other", "FILE"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->files, NULL, NULL},
        {0},
    };
    GOptionContext *context = g_option_context_new("FILE…");

    g_option_context_set_summary(context, "What all parts tell, put together: FILE is what pcaplife reduce wrote of a part.");
    g_option_context_set_description(context, "Exit code: 0; 1 if nothing is told, and all parts have to be reduced once more, "
                                              "with --hosts; 2 if a file cannot be read to its end.");
    return command_line_parse(context, entries, argc, argv);
}

int archive_result(int argc, char **argv)
{
    struct result_words words = {0};
    GPtrArray *paths = g_ptr_array_new();
    enum exit_code code = PCAPLIFE_FAILED;

    if (read_words(&words, argc, argv)) {
        for (char **file = words.files; file != NULL && *file != NULL; file++)
            g_ptr_array_add(paths, *file);
        if (paths->len == 0)
            complain("no part is named: all that pcaplife reduce wrote are needed");
        else
            code = put_together(paths, &words);
    }
    g_ptr_array_free(paths, TRUE);
    g_free(words.output);
    g_free(words.hosts);
    g_strfreev(words.files);
    return (int)code;
}
