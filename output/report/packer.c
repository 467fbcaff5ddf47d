/* See packer.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/report/packer.h"

#ifdef TCPLIFE_HAS_REPORT /* otherwise no_packer.c */

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

struct packer *packer_new(void)
{
    struct packer *packer = g_new0(struct packer, 1);

    /* It fails only for want of memory, as g_new0() does. */
    if (deflateInit2(&packer->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW_BITS,
                     MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        g_error("zlib: out of memory");
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
    stream->next_in = (z_const Bytef *)text->str;
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
    uLongf length = (uLongf)part->length;

    g_string_set_size(to, before + part->length);
    /* What was built in is whole. */
    if (uncompress((Bytef *)to->str + before, &length, part->deflated, (uLong)part->size) != Z_OK)
        g_error("the report's page is damaged in this program");
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
