/* See album.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/report/album.h"

#include "output/connection_set.h"
#include "output/records/attention.h"
#include "output/pictures/make_picture.h"
#include "output/pictures/svg.h"

/* A connection that is drawn, or will be. */
struct page {
    uint32_t severity; /* of its worst trouble */
    uint32_t before;   /* so many of the same kind were met before */
    unsigned file;
    uint32_t number;
    GString *ladder; /* NULL: not drawn yet */
};

struct album {
    unsigned most;
    uint32_t met[TL_DIAGNOSIS_COUNT];
    GArray *pages; /* struct page; the worst ones so far, and some more */
};

static void page_clear(gpointer data)
{
    struct page *page = data;

    if (page->ladder != NULL)
        g_string_free(page->ladder, TRUE);
}

struct album *album_new(unsigned most)
{
    struct album *album = g_new0(struct album, 1);

    album->most = most;
    album->pages = g_array_new(FALSE, FALSE, sizeof(struct page));
    g_array_set_clear_func(album->pages, page_clear);
    return album;
}

void album_free(struct album *album)
{
    g_array_free(album->pages, TRUE);
    g_free(album);
}

/* ---- the worst ----------------------------------------------------------------------------- */

/* The worst kind of trouble so far, and among those that are as bad the rarest. */
struct choice {
    const struct album *album;
    enum tl_diagnosis kind; /* TL_DIAGNOSIS_COUNT: none */
    uint32_t severity;
};

static void consider(struct choice *choice, enum tl_diagnosis kind)
{
    const uint32_t *met = choice->album->met;
    const uint32_t severity = tl_diagnosis_severity(kind);

    if (choice->kind < TL_DIAGNOSIS_COUNT &&
        (severity < choice->severity ||
         (severity == choice->severity && met[kind] >= met[choice->kind])))
        return;
    choice->kind = kind;
    choice->severity = severity;
}

static void consider_attention(void *to, const struct attention *attention)
{
    consider(to, attention->diagnosis);
}

static struct choice worst_of(const struct album *album, const struct tl_capture *capture,
                              const struct tl_connection *connection)
{
    const struct tl_changes changes = tl_connection_changes(connection);
    struct choice choice = {.album = album, .kind = TL_DIAGNOSIS_COUNT};

    for (uint32_t i = 0; i < changes.count; i++)
        if (changes.at[i].kind == TL_DIAGNOSIS)
            consider(&choice, tl_change_diagnosis(&changes.at[i]));
    attention_find(capture, connection, consider_attention, &choice);
    return choice;
}

static gint compare_badness(gconstpointer one, gconstpointer other)
{
    const struct page *a = one, *b = other;

    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->before != b->before)
        return a->before < b->before ? -1 : 1;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* Forgets all but the worst. */
static void keep_worst(struct album *album)
{
    g_array_sort(album->pages, compare_badness);
    if (album->pages->len > album->most)
        g_array_set_size(album->pages, album->most);
}

void album_note(struct album *album, const struct tl_capture *capture,
                const struct tl_connection *connection, unsigned file)
{
    enum { SPARE = 4096 }; /* so that sorting is rare */
    const struct choice choice = worst_of(album, capture, connection);
    const struct page page = {
        .severity = choice.severity,
        .before = choice.kind == TL_DIAGNOSIS_COUNT ? 0 : album->met[choice.kind]++,
        .file = file,
        .number = tl_connection_number(connection),
    };

    g_array_append_val(album->pages, page);
    if (album->pages->len - SPARE > album->most && album->pages->len > SPARE)
        keep_worst(album);
}

/* ---- drawing ------------------------------------------------------------------------------- */

static GString *draw(struct packer *packer, struct picture *picture, const struct page *page)
{
    struct svg *svg = svg_new();
    GString *block = g_string_new(NULL), *image;
    char *attributes = g_strdup_printf(" data-file=\"%u\" data-connection=\"%" G_GUINT32_FORMAT "\"",
                                       page->file, page->number);

    svg_draw(svg, picture);
    image = svg_finish(svg);
    packer_append_block(packer, block, "ladder", attributes, image);
    g_string_free(image, TRUE);
    g_free(attributes);
    return block;
}

void album_begin(struct album *album)
{
    for (unsigned i = 0; i < album->pages->len; i++) {
        struct page *page = &g_array_index(album->pages, struct page, i);

        if (page->ladder == NULL)
            page->ladder = g_string_new(NULL);
    }
}

GByteArray *album_blanks(struct album *album)
{
    GByteArray *blanks = g_byte_array_new();

    keep_worst(album);
    for (unsigned i = 0; i < album->pages->len; i++) {
        const struct page *page = &g_array_index(album->pages, struct page, i);

        if (page->ladder == NULL)
            connection_set_add(blanks, page->number);
    }
    return blanks;
}

void album_draw(struct album *album, struct packer *packer, const struct tl_capture *capture,
                struct picture_film *film)
{
    for (unsigned i = 0; i < album->pages->len; i++) {
        struct page *page = &g_array_index(album->pages, struct page, i);
        struct picture *picture;

        if (page->ladder != NULL)
            continue;
        picture =
            picture_new(film, capture, tl_tracker_connection(capture->tracker, page->number));
        page->ladder = picture == NULL ? g_string_new(NULL) : draw(packer, picture, page);
        picture_free(picture);
    }
}

static gint compare_place(gconstpointer one, gconstpointer other)
{
    const struct page *a = one, *b = other;

    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

void album_append(struct album *album, GString *to)
{
    g_array_sort(album->pages, compare_place);
    for (unsigned i = 0; i < album->pages->len; i++) {
        const struct page *page = &g_array_index(album->pages, struct page, i);

        if (page->ladder != NULL)
            g_string_append_len(to, page->ladder->str, (gssize)page->ladder->len);
    }
}
