/* See packer.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/report/packer.h"

#ifdef TCPLIFE_HAS_REPORT /* otherwise no_packer.c */

#define ZLIB_CONST /* zlib changes nothing of what it is given */
#include <zlib.h>

#include <stdint.h>

enum {
    GZIP_WINDOW_BITS = 15 + 16, /* zlib's largest window, in gzip's format */
    MEMORY_LEVEL = 8,           /* zlib's default */
    CHUNK = 48 * 1024           /* bytes on their way from gzip to base64 */
};

struct packer {
    z_stream stream;
    unsigned char chunk[CHUNK];
};

bool packer_has_page(void)
{
    return true;
}

/* zlib gets its memory from GLib, which ends the program where there is none. So zlib cannot fail for want of it, and
 * nothing else can go wrong: what it is told is always the same, and what it unpacks was built in. */
static voidpf take_memory(voidpf nothing, uInt items, uInt size)
{
    (void)nothing;
    return g_malloc_n(items, size);
}

static void give_back_memory(voidpf nothing, voidpf memory)
{
    (void)nothing;
    g_free(memory);
}

struct packer *packer_new(void)
{
    struct packer *packer = g_new0(struct packer, 1);

    packer->stream.zalloc = take_memory;
    packer->stream.zfree = give_back_memory;
    deflateInit2(&packer->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW_BITS,
                 MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
    return packer;
}

void packer_free(struct packer *packer)
{
    deflateEnd(&packer->stream);
    g_free(packer);
}

/* GLib's base64 goes on where it stopped. */
struct base64 {
    GString *to;
    int state, save;
};

static void base64_append(struct base64 *base64, const unsigned char *bytes, size_t length,
                          bool is_end)
{
    char encoded[(CHUNK / 3 + 1) * 4 + 8]; /* as GLib asks for, with what its last call may add */
    size_t written =
        g_base64_encode_step(bytes, length, FALSE, encoded, &base64->state, &base64->save);

    if (is_end)
        written += g_base64_encode_close(FALSE, encoded + written, &base64->state, &base64->save);
    g_string_append_len(base64->to, encoded, (gssize)written);
}

static void append_packed(struct packer *packer, GString *to, const GString *text)
{
    struct base64 base64 = {.to = to};
    z_stream *stream = &packer->stream;
    size_t left = text->len;
    bool is_end = false;

    deflateReset(stream);
    stream->next_in = (const Bytef *)text->str;
    stream->avail_in = 0;
    while (!is_end) {
        if (stream->avail_in == 0) {
            stream->avail_in = (uInt)MIN(left, UINT32_MAX);
            left -= stream->avail_in;
        }
        stream->next_out = packer->chunk;
        stream->avail_out = CHUNK;
        is_end = deflate(stream, left > 0 ? Z_NO_FLUSH : Z_FINISH) == Z_STREAM_END;
        base64_append(&base64, packer->chunk, CHUNK - stream->avail_out, is_end);
    }
}

void packer_append_block(struct packer *packer, GString *to, const char *kind,
                         const char *attributes, const GString *text)
{
    g_string_append_printf(to, "<script type=\"application/gzip\" data-tcplife=\"%s\"%s>", kind,
                           attributes);
    append_packed(packer, to, text);
    g_string_append(to, "</script>\n");
}

static void append_part(GString *to, const struct page_part *part)
{
    const size_t before = to->len;
    z_stream stream = {.zalloc = take_memory, .zfree = give_back_memory};

    g_string_set_size(to, before + part->length);
    stream.next_in = part->deflated;
    stream.avail_in = (uInt)part->size;
    stream.next_out = (Bytef *)to->str + before;
    stream.avail_out = (uInt)part->length;
    inflateInit(&stream);
    inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
}

void packer_append_before(GString *to)
{
    append_part(to, &page_before);
}

void packer_append_after(GString *to)
{
    append_part(to, &page_after);
}

#endif
