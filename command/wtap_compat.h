/* What differs between the libwiretaps of Wireshark 4.0, 4.4 and 4.6.
 *
 * The only file of this folder that may test Wireshark's version. It knows how a record is read, and
 * nothing of what is in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_WTAP_COMPAT_H
#define PCAPLIFE_WTAP_COMPAT_H

#include <wireshark.h>
#include <ws_version.h>

#include <glib.h>
#include <wiretap/wtap.h>
#include <wsutil/buffer.h>
#include <wsutil/wslog.h>

#include <stdbool.h>
#include <stdint.h>

/* ws_begin_log(): the library's log is for its developers; see ws_quiet_log() below.
 * struct ws_record: a record and its bytes; from 4.5 on, these are a part of it. */
#if WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 5)
struct ws_record {
    wtap_rec rec;
};

static inline void ws_begin_log(void)
{
    ws_log_init(NULL);
}

static inline void ws_record_init(struct ws_record *record)
{
    wtap_rec_init(&record->rec, 2048);
}

static inline void ws_record_cleanup(struct ws_record *record)
{
    wtap_rec_cleanup(&record->rec);
}

static inline bool ws_record_read(wtap *file, struct ws_record *record, int *error, char **details,
                                  int64_t *offset)
{
    return wtap_read(file, &record->rec, error, details, offset);
}

static inline const uint8_t *ws_record_bytes(struct ws_record *record)
{
    return ws_buffer_start_ptr(&record->rec.data);
}
#else
struct ws_record {
    wtap_rec rec;
    Buffer bytes;
};

static inline void ws_begin_log(void)
{
    ws_log_init("pcaplife", NULL);
}

static inline void ws_record_init(struct ws_record *record)
{
    wtap_rec_init(&record->rec);
    ws_buffer_init(&record->bytes, 2048);
}

static inline void ws_record_cleanup(struct ws_record *record)
{
    wtap_rec_cleanup(&record->rec);
    ws_buffer_free(&record->bytes);
}

static inline bool ws_record_read(wtap *file, struct ws_record *record, int *error, char **details,
                                  int64_t *offset)
{
    return wtap_read(file, &record->rec, &record->bytes, error, details, offset);
}

static inline const uint8_t *ws_record_bytes(struct ws_record *record)
{
    return ws_buffer_start_ptr(&record->bytes);
}
#endif

/* Nothing of what the library thinks of a file that it tries to read: its errors come back to the caller. */
static inline void ws_quiet_log(void)
{
    ws_begin_log();
    if (g_getenv("WIRESHARK_LOG_LEVEL") == NULL)
        ws_log_set_level(LOG_LEVEL_CRITICAL);
}

#endif
