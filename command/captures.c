/* See captures.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/captures.h"

#include "command/complaints.h"
#include "command/folder.h"
#include "command/source.h"

#include <glib/gstdio.h>

#include <inttypes.h>
#include <string.h>

static void free_list(gpointer list)
{
    g_ptr_array_free(list, TRUE);
}

/* Owned by it. */
static GPtrArray *list_of_texts(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

/* A folder is its captures. False: it has none, or nothing is named. */
static bool add_file(GPtrArray *files, GPtrArray *texts, const char *name)
{
    if (*name == '\0') {
        complain("a file's name is empty");
        return false;
    }
    if (strcmp(name, "-") != 0 && g_file_test(name, G_FILE_TEST_IS_DIR))
        return folder_add_captures(files, texts, name);
    g_ptr_array_add(files, g_strdup(name));
    return true;
}

static bool add_files(GPtrArray *files, GPtrArray *texts, char **names)
{
    bool good = true;

    for (; names != NULL && *names != NULL; names++)
        if (!add_file(files, texts, *names))
            good = false;
    return good;
}

/* ---- each a capture ------------------------------------------------------------------------ */

static GPtrArray *capture_of(char *path)
{
    GPtrArray *taps = g_ptr_array_new_with_free_func(free_list), *files = list_of_texts();

    g_ptr_array_add(files, path);
    g_ptr_array_add(taps, files);
    return taps;
}

static GPtrArray *separate(const struct capture_words *words, bool *some_missing)
{
    GPtrArray *captures = g_ptr_array_new_with_free_func(free_list), *files = g_ptr_array_new();

    *some_missing = !add_files(files, words->texts, words->files);
    for (unsigned i = 0; i < files->len; i++)
        g_ptr_array_add(captures, capture_of(g_ptr_array_index(files, i)));
    g_ptr_array_free(files, TRUE);
    return captures;
}

/* ---- all of them one capture --------------------------------------------------------------- */

/* Taps of one name are one tap. */
struct joined {
    GPtrArray *taps;   /* as source_new() takes them… */
    GPtrArray *names;  /* …and what they are called; "": not at all */
    GHashTable *known; /* files: "device:inode" */
    GPtrArray *texts;  /* beside them */
};

static GPtrArray *tap_called(struct joined *joined, const char *name)
{
    for (unsigned i = 0; i < joined->names->len; i++)
        if (strcmp(g_ptr_array_index(joined->names, i), name) == 0)
            return g_ptr_array_index(joined->taps, i);
    g_ptr_array_add(joined->names, g_strdup(name));
    g_ptr_array_add(joined->taps, list_of_texts());
    return g_ptr_array_index(joined->taps, joined->taps->len - 1);
}

/* False: the word is no --tap's. */
static bool add_tap(struct joined *joined, const char *word, bool *some_missing)
{
    const char *equals = strchr(word, '=');
    char *name, **files;

    if (equals == NULL || equals == word || equals[1] == '\0') {
        complain("--tap is NAME=FILE[,FILE…], and not %s", word);
        return false;
    }
    name = g_strndup(word, (gsize)(equals - word));
    files = g_strsplit(equals + 1, ",", -1);
    if (!add_files(tap_called(joined, name), joined->texts, files))
        *some_missing = true;
    g_strfreev(files);
    g_free(name);
    return true;
}

/* It is opened twice: where it comes among the others is known by its first packet. A file that is not there is
 * for others to tell. */
static bool can_be_joined(struct joined *joined, const char *path)
{
    GStatBuf status;

    if (strcmp(path, "-") == 0 || (g_stat(path, &status) == 0 && !S_ISREG(status.st_mode))) {
        complain("%s can be read only once, and --join and --tap look at each file's first packet "
                 "before they begin",
                 strcmp(path, "-") == 0 ? "the standard input" : path);
        return false;
    }
    if (g_stat(path, &status) == 0 &&
        !g_hash_table_add(joined->known,
                          g_strdup_printf("%" PRIuMAX ":%" PRIuMAX, (uintmax_t)status.st_dev,
                                          (uintmax_t)status.st_ino))) {
        complain("%s is named twice: its packets would be taken for copies", path);
        return false;
    }
    return true;
}

static bool can_all_be_joined(struct joined *joined)
{
    if (joined->taps->len > SOURCE_TAPS_AT_MOST) {
        complain("there are at most %d taps, and not %u", SOURCE_TAPS_AT_MOST, joined->taps->len);
        return false;
    }
    for (unsigned i = 0; i < joined->taps->len; i++) {
        const GPtrArray *files = g_ptr_array_index(joined->taps, i);

        for (unsigned j = 0; j < files->len; j++)
            if (!can_be_joined(joined, g_ptr_array_index(files, j)))
                return false;
    }
    return true;
}

/* Of folders without a capture. */
static void drop_empty_taps(struct joined *joined)
{
    for (unsigned i = joined->taps->len; i-- > 0;)
        if (((const GPtrArray *)g_ptr_array_index(joined->taps, i))->len == 0) {
            g_ptr_array_remove_index(joined->taps, i);
            g_ptr_array_remove_index(joined->names, i);
        }
}

static void tell_names(const struct joined *joined, GPtrArray *to)
{
    for (unsigned i = 0; to != NULL && i < joined->names->len; i++)
        g_ptr_array_add(to, g_strdup(g_ptr_array_index(joined->names, i)));
}

static GPtrArray *join(const struct capture_words *words, bool *some_missing)
{
    GPtrArray *captures = g_ptr_array_new_with_free_func(free_list);
    struct joined joined = {
        .taps = g_ptr_array_new_with_free_func(free_list),
        .names = list_of_texts(),
        .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .texts = words->texts,
    };
    bool good = true;

    g_ptr_array_add(captures, joined.taps);
    *some_missing = words->files != NULL && !add_files(tap_called(&joined, ""), words->texts, words->files);
    for (char **tap = words->taps; tap != NULL && *tap != NULL && good; tap++)
        good = add_tap(&joined, *tap, some_missing);
    good = good && can_all_be_joined(&joined);
    g_hash_table_unref(joined.known);
    drop_empty_taps(&joined);
    tell_names(&joined, words->tap_names);
    g_ptr_array_free(joined.names, TRUE);
    if (!good || joined.taps->len == 0)
        g_ptr_array_set_size(captures, 0);
    if (!good)
        g_clear_pointer(&captures, free_list);
    return captures;
}

static bool is_said_twice(char *const *words, const char *word)
{
    unsigned count = 0;

    for (; *words != NULL; words++)
        count += strcmp(*words, word) == 0;
    return count > 1;
}

GPtrArray *captures_new(const struct capture_words *words, bool *some_missing)
{
    if (words->files == NULL && words->taps == NULL) {
        complain("no FILE is named; pcaplife --help says what can be done with one");
        return NULL;
    }
    if (words->files != NULL && is_said_twice(words->files, "-")) {
        complain("- is named twice, and the standard input can be read only once");
        return NULL;
    }
    return words->join || words->taps != NULL ? join(words, some_missing)
                                              : separate(words, some_missing);
}

GPtrArray *captures_files(const GPtrArray *captures)
{
    GPtrArray *all = g_ptr_array_new();

    for (unsigned i = 0; i < captures->len; i++) {
        const GPtrArray *taps = g_ptr_array_index(captures, i);

        for (unsigned j = 0; j < taps->len; j++)
            g_ptr_array_extend(all, g_ptr_array_index(taps, j), NULL, NULL);
    }
    return all;
}
