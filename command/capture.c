/* Capture files, by Wireshark's own library: it opens each, and says what it is and what is wrong with it. Of ordinary
 * pcap files the packets are read without it, up to the first record that is not ordinary.
 *
 * Records are numbered as Wireshark numbers frames: all of them, be they packets or not. Each is read into
 * a place of its own, so that the bytes of many packets are there at a time without being copied.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/capture.h"

#include "command/compressed_end.h"
#include "command/plain_pcap.h"
#include "command/progress.h"
#include "command/regular_file.h"
#include "command/stopping.h"
#include "command/wtap_compat.h"

#include <glib.h>

#include <limits.h>
#include <string.h>

/* Beside libwiretap's errors, which are below 0, and the system's, which are above. */
enum { HAS_SHRUNK = INT_MIN, HOLDS_NOTHING, LACKS_ITS_END };

struct capture {
    wtap *file;
    struct plain_pcap *plain; /* while it is open, the next record is not libwiretap's */
    enum link_layer plain_link;
    uint32_t frame;
    struct capture_damage damage;
    int named; /* an encapsulation that is not read here… */
    const char *link_name; /* …and what people call it */
    int64_t told_bytes; /* progress knows of so much… */
    uint32_t told_frame;
    char *path;
    int64_t size; /* of the file when it was opened */
    unsigned kept;
    struct ws_record records[CAPTURE_KEEPS];
};

static const struct {
    int encapsulation;
    enum link_layer link;
} link_layers[] = {
    {WTAP_ENCAP_ETHERNET, LINK_ETHERNET},
    {WTAP_ENCAP_SLL, LINK_SLL},
    {WTAP_ENCAP_SLL2, LINK_SLL2},
    {WTAP_ENCAP_RAW_IP, LINK_RAW_IP},
    {WTAP_ENCAP_RAW_IP4, LINK_RAW_IP},
    {WTAP_ENCAP_RAW_IP6, LINK_RAW_IP},
    {WTAP_ENCAP_NULL, LINK_NULL},
    {WTAP_ENCAP_LOOP, LINK_LOOP},
    {WTAP_ENCAP_PPP, LINK_PPP},
    {WTAP_ENCAP_PPP_WITH_PHDR, LINK_PPP},
    {WTAP_ENCAP_CHDLC, LINK_CISCO_HDLC},
    {WTAP_ENCAP_CHDLC_WITH_PHDR, LINK_CISCO_HDLC},
    {WTAP_ENCAP_NFLOG, LINK_NFLOG},
    {WTAP_ENCAP_PKTAP, LINK_PKTAP},
    {WTAP_ENCAP_IEEE_802_11, LINK_80211},
    {WTAP_ENCAP_IEEE_802_11_WITH_RADIO, LINK_80211},
    {WTAP_ENCAP_IEEE_802_11_RADIOTAP, LINK_RADIOTAP},
};

void capture_init(void)
{
    ws_quiet_log();
    wtap_init(false);
}

/* tcpdump -C and -W number their files behind the ending. */
static char *without_number(const char *name)
{
    size_t end = strlen(name);

    while (end > 0 && g_ascii_isdigit(name[end - 1]))
        end--;
    return g_ascii_strdown(name, (gssize)end);
}

bool capture_has_name(const char *name)
{
    GSList *endings = wtap_get_all_capture_file_extensions_list();
    char *start = without_number(name);
    bool has = false;

    for (const GSList *one = endings; one != NULL && !has; one = one->next) {
        char *ending = g_strconcat(".", (const char *)one->data, NULL);

        has = g_str_has_suffix(start, ending);
        g_free(ending);
    }
    g_free(start);
    wtap_free_extensions_list(endings);
    return has;
}

bool capture_shares_name(const char *name)
{
    static const char *const endings[] = {".log", ".out", ".trc", ".ts", ".xml"};
    char *start = without_number(name);
    bool shares = false;

    for (unsigned i = 0; i < G_N_ELEMENTS(endings); i++)
        shares = shares || g_str_has_suffix(start, endings[i]);
    g_free(start);
    return shares;
}

struct capture *capture_new(void)
{
    struct capture *capture = g_new0(struct capture, 1);

    capture->plain = plain_pcap_new();
    for (unsigned i = 0; i < CAPTURE_KEEPS; i++)
        ws_record_init(&capture->records[i]);
    return capture;
}

/* Wireshark opens documents, too, each as one packet: a download that failed, three bytes, a program. */
static bool is_document(wtap *file)
{
    static const int documents[] = {WTAP_ENCAP_MIME,    WTAP_ENCAP_JPEG_JFIF,    WTAP_ENCAP_JSON,
                                    WTAP_ENCAP_MP4,     WTAP_ENCAP_RUBY_MARSHAL, WTAP_ENCAP_RFC7468,
                                    WTAP_ENCAP_SYSTEMD_JOURNAL};
    bool is_one = false;

    for (unsigned i = 0; i < G_N_ELEMENTS(documents); i++)
        is_one = is_one || wtap_file_encap(file) == documents[i];
    return is_one;
}

static enum link_layer link_layer_of(int encapsulation)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(link_layers); i++)
        if (link_layers[i].encapsulation == encapsulation)
            return link_layers[i].link;
    return LINK_OTHER;
}

/* Of these link layers libwiretap hands on the bytes as they are in the file. */
static bool is_handed_on(enum link_layer link)
{
    return link == LINK_ETHERNET || link == LINK_RAW_IP || link == LINK_SLL || link == LINK_SLL2;
}

/* libwiretap has the last word on what a file is: other programs have written the same header in front of other records. */
static bool is_plain(const struct capture *capture, const char *path)
{
    const char *type = wtap_file_type_subtype_name(wtap_file_type_subtype(capture->file));

    return (strcmp(type, "pcap") == 0 || strcmp(type, "nsecpcap") == 0) && is_handed_on(capture->plain_link) &&
           plain_pcap_is_at(capture->plain, path);
}

/* Before libwiretap and after it: so both have opened the same file, whatever its name is given to meanwhile. */
static void open_plain(struct capture *capture, const char *path)
{
    plain_pcap_close(capture->plain);
    if (strcmp(path, "-") != 0)
        plain_pcap_open(capture->plain, path);
}

static void keep_plain(struct capture *capture, const char *path)
{
    capture->plain_link = link_layer_of(wtap_file_encap(capture->file));
    if (plain_pcap_is_open(capture->plain) && !is_plain(capture, path))
        plain_pcap_close(capture->plain);
}

/* Where compressed data ends too early libwiretap speaks of a packet, or since 4.4 of an unknown compression; or of nothing. */
static void note_missing_end(struct capture *capture, const char *path)
{
    const int error = capture->damage.error;

    if ((error != 0 && error != WTAP_ERR_SHORT_READ && error != WTAP_ERR_DECOMPRESSION_NOT_SUPPORTED) ||
        !compressed_end_is_missing(path))
        return;
    capture_damage_clear(&capture->damage);
    capture->damage.error = LACKS_ITS_END;
}

bool capture_open(struct capture *capture, const char *path)
{
    /* Before libwiretap reads: it may shrink from now on. (wtap_file_size() since 4.4 tells of then for ever.) */
    const int64_t size = regular_file_size(path);

    capture_damage_clear(&capture->damage);
    g_clear_pointer(&capture->file, wtap_close);
    capture->frame = capture->told_frame = 0;
    capture->told_bytes = 0;
    open_plain(capture, path);
    capture->file = wtap_open_offline(path, WTAP_TYPE_AUTO, &capture->damage.error,
                                      &capture->damage.details, false);
    if (capture->file == NULL) {
        note_missing_end(capture, path);
        return false;
    }
    if (is_document(capture->file)) {
        g_clear_pointer(&capture->file, wtap_close);
        capture->damage.error = WTAP_ERR_FILE_UNKNOWN_FORMAT;
        return false;
    }
    keep_plain(capture, path);
    g_free(capture->path);
    capture->path = g_strdup(path);
    capture->size = size;
    return true;
}

void capture_free(struct capture *capture)
{
    if (capture == NULL)
        return;
    for (unsigned i = 0; i < CAPTURE_KEEPS; i++)
        ws_record_cleanup(&capture->records[i]);
    g_clear_pointer(&capture->file, wtap_close);
    plain_pcap_free(capture->plain);
    capture_damage_clear(&capture->damage);
    g_free(capture->path);
    g_free(capture);
}

/* The file can hold any number here. */
static int64_t nanoseconds(const wtap_rec *rec)
{
    const int64_t limit = TL_TIME_LIMIT_NS / 1000000000 - 1;

    if ((rec->presence_flags & WTAP_HAS_TS) == 0)
        return 0;
    return CLAMP((int64_t)rec->ts.secs, -limit, limit) * 1000000000 + CLAMP(rec->ts.nsecs, 0, 999999999);
}

static const char *link_name(struct capture *capture, int encapsulation)
{
    if (capture->link_name == NULL || capture->named != encapsulation) {
        char *name = g_strdup_printf("link type %s", wtap_encap_description(encapsulation));

        capture->link_name = g_intern_string(name);
        capture->named = encapsulation;
        g_free(name);
    }
    return capture->link_name;
}

static void fill_packet(struct capture *capture, struct packet *packet, struct ws_record *record)
{
    const wtap_packet_header *header = &record->rec.rec_header.packet_header;

    packet->link = link_layer_of(header->pkt_encap);
    packet->link_name = packet->link == LINK_OTHER ? link_name(capture, header->pkt_encap) : NULL;
    packet->bytes = ws_record_bytes(record);
    packet->captured = header->caplen;
    packet->on_the_wire = header->len;
}

/* Of no bytes at all, or of a text that resembles no other format, libwiretap makes a capture without packets. pcap and pcapng have a header, which says what they are. A
 * program that captures may write it with the first packet: a user who ends it before that has not given a wrong file. */
static bool holds_nothing(const struct capture *capture)
{
    const char *type = wtap_file_type_subtype_name(wtap_file_type_subtype(capture->file));

    return capture->frame == 0 && capture->damage.error == 0 && strstr(type, "pcap") == NULL &&
           stopping_asked() == 0;
}

static int64_t read_so_far(const struct capture *capture)
{
    return plain_pcap_is_open(capture->plain) ? plain_pcap_read_so_far(capture->plain) : wtap_read_so_far(capture->file);
}

/* A file that has shrunk, or compressed data that was cut off, may end between two packets: then libwiretap has no
 * complaint. */
static void note_end(struct capture *capture)
{
    note_missing_end(capture, capture->path);
    if (holds_nothing(capture))
        capture->damage.error = HOLDS_NOTHING;
    if (regular_file_size(capture->path) < capture->size) {
        capture_damage_clear(&capture->damage);
        capture->damage.error = HAS_SHRUNK;
    }
    if (capture->damage.error == HOLDS_NOTHING)
        return;
    capture->damage.frame = capture->frame;
    capture->damage.offset = read_so_far(capture);
}

bool capture_holds_nothing(const struct capture *capture)
{
    return capture->damage.error == HOLDS_NOTHING;
}

static enum capture_result end_file(struct capture *capture)
{
    note_end(capture);
    return CAPTURE_END;
}

static enum capture_result read_by_libwiretap(struct capture *capture, struct packet *packet)
{
    struct ws_record *record = &capture->records[capture->kept];
    bool is_packet;
    int64_t offset;

    if (!ws_record_read(capture->file, record, &capture->damage.error, &capture->damage.details,
                        &offset))
        return end_file(capture);
    capture->kept++;
    packet->frame = ++capture->frame;
    packet->time_ns = nanoseconds(&record->rec);
    is_packet = record->rec.rec_type == REC_TYPE_PACKET;
    if (is_packet)
        fill_packet(capture, packet, record);
    /* The bytes stay where they are. What libwiretap allocated besides is the next record's while it is in the cache. */
    wtap_rec_reset(&record->rec);
    return is_packet ? CAPTURE_PACKET : CAPTURE_OTHER_RECORD;
}

/* libwiretap has not read the records before this one yet. False: the file has shrunk, and has not so many any more. */
static bool hand_over(struct capture *capture)
{
    struct ws_record *place = &capture->records[capture->kept];
    bool is_there = true;
    int64_t offset;

    plain_pcap_close(capture->plain);
    for (uint32_t i = 0; i < capture->frame && is_there; i++) {
        is_there = ws_record_read(capture->file, place, &capture->damage.error, &capture->damage.details, &offset);
        wtap_rec_reset(&place->rec);
    }
    return is_there;
}

enum capture_result capture_read(struct capture *capture, struct packet *packet)
{
    enum plain_result result;

    g_assert(capture->kept < CAPTURE_KEEPS);
    if (!plain_pcap_is_open(capture->plain))
        return read_by_libwiretap(capture, packet);
    result = plain_pcap_read(capture->plain, packet);
    if (result == PLAIN_END)
        return end_file(capture);
    if (result == PLAIN_ODD)
        return hand_over(capture) ? read_by_libwiretap(capture, packet) : end_file(capture);
    capture->kept++;
    packet->frame = ++capture->frame;
    packet->link = capture->plain_link;
    packet->link_name = NULL;
    return CAPTURE_PACKET;
}

void capture_forget(struct capture *capture)
{
    capture->kept = 0;
    plain_pcap_forget(capture->plain);
}

void capture_note_progress(struct capture *capture)
{
    const int64_t bytes = capture->file != NULL ? read_so_far(capture) : 0;

    progress_note(bytes - capture->told_bytes, capture->frame - capture->told_frame);
    capture->told_bytes = bytes;
    capture->told_frame = capture->frame;
}

/* ---- damage -------------------------------------------------------------------------------- */

const struct capture_damage *capture_damage(const struct capture *capture)
{
    return &capture->damage;
}

void capture_damage_clear(struct capture_damage *damage)
{
    g_free(damage->details);
    memset(damage, 0, sizeof *damage);
}

static const char *words(int error)
{
    switch (error) {
    case WTAP_ERR_FILE_UNKNOWN_FORMAT: return "is not a capture file in a format that Wireshark knows";
    case WTAP_ERR_NOT_REGULAR_FILE: return "is neither a file nor a pipe";
    case WTAP_ERR_SHORT_READ: return "ends in the middle of a packet";
    case HAS_SHRUNK: return "has shrunk while it was read";
    case LACKS_ITS_END: return "ends in the middle of its compressed data";
    case HOLDS_NOTHING: return "holds no packet, and nothing that says it is a capture";
    case WTAP_ERR_BAD_FILE: return "is damaged";
    case WTAP_ERR_DECOMPRESS: return "cannot be decompressed";
    case WTAP_ERR_UNSUPPORTED: return "holds something that this version of libwiretap cannot read";
    default: return NULL;
    }
}

char *capture_damage_text(const struct capture_damage *damage)
{
    const char *said = words(damage->error);
    GString *text = g_string_new(said);

    if (said == NULL)
        g_string_printf(text, "cannot be read: %s", wtap_strerror(damage->error));
    if (damage->details != NULL)
        g_string_append_printf(text, " (%s)", damage->details);
    if (damage->frame > 0 || damage->offset > 0)
        g_string_append_printf(text, ", after frame %u, at byte %" G_GINT64_FORMAT, damage->frame,
                               damage->offset);
    return g_string_free(text, FALSE);
}
