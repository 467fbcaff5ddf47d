/* See file_blocks.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/file_blocks.h"

struct file_blocks *file_blocks_new(const char *path, enum stream_kind kind)
{
    struct stream_reader *stream = stream_reader_new(path, kind);
    struct file_blocks *blocks;

    if (stream == NULL)
        return NULL;
    blocks = g_new0(struct file_blocks, 1);
    blocks->stream = stream;
    blocks->slice = slice_take(stream_reader_last(stream));
    /* There may be thousands. */
    stream_reader_rest(stream);
    if (blocks->slice == NULL) {
        stream_reader_refuse(stream);
        file_blocks_free(blocks);
        return NULL;
    }
    return blocks;
}

void file_blocks_free(struct file_blocks *blocks)
{
    if (blocks == NULL)
        return;
    stream_reader_free(blocks->stream);
    slice_free(blocks->slice);
    g_free(blocks);
}

static void look_ahead(struct file_blocks *blocks)
{
    const GByteArray *block = stream_read(blocks->stream);

    if (block == NULL) {
        stream_reader_rest(blocks->stream);
        return;
    }
    blocks->block = (struct numbers){.at = block->data, .end = block->data + block->len};
    blocks->file = (unsigned)numbers_take(&blocks->block);
    blocks->is_ahead = true;
}

bool file_blocks_next(struct file_blocks *blocks, unsigned file, struct numbers *block)
{
    if (!blocks->is_ahead)
        look_ahead(blocks);
    if (!blocks->is_ahead)
        return false;
    if (blocks->file < file) {
        stream_reader_refuse(blocks->stream);
        return false;
    }
    if (blocks->file > file)
        return false;
    *block = blocks->block;
    blocks->is_ahead = false;
    return true;
}
