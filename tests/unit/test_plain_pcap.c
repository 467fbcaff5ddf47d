/* The command's reader of ordinary pcap files: it hands out their packets, keeps their bytes, and has no opinion on what is
 * not ordinary. That it says what libwiretap says is for tests/command_plain.py.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/plain_pcap.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { MICROSECONDS = 0xa1b2c3d4, NANOSECONDS = 0xa1b23c4d, LONGEST = 262144 };

/* A file in the making. */
static GByteArray *file;
static char *path;

static void put(const void *bytes, size_t length)
{
    g_byte_array_append(file, bytes, (guint)length);
}

static void begin(uint32_t magic, uint16_t minor)
{
    const uint16_t version[] = {2, minor};
    const uint32_t rest[] = {0, 0, LONGEST, 1};

    g_byte_array_set_size(file, 0);
    put(&magic, sizeof magic);
    put(version, sizeof version);
    put(rest, sizeof rest);
}

/* Its bytes are all the same. */
static void add(uint32_t seconds, uint32_t fraction, uint32_t captured, uint32_t on_the_wire, uint8_t fill)
{
    const uint32_t header[] = {seconds, fraction, captured, on_the_wire};

    put(header, sizeof header);
    for (uint32_t i = 0; i < captured; i++)
        put(&fill, 1);
}

static void save(void)
{
    assert_true(g_file_set_contents(path, (const char *)file->data, (gssize)file->len, NULL));
}

static struct plain_pcap *open_saved(void)
{
    struct plain_pcap *plain = plain_pcap_new();

    save();
    assert_true(plain_pcap_open(plain, path));
    return plain;
}

static void assert_bytes(const struct packet *packet, uint8_t fill)
{
    for (size_t i = 0; i < packet->captured; i++)
        if (packet->bytes[i] != fill)
            fail_msg("byte %zu of %zu is %u, not %u", i, packet->captured, packet->bytes[i], fill);
}

static void test_packets(void **state)
{
    static const struct {
        uint32_t magic;
        int64_t time_ns;
    } of[] = {{MICROSECONDS, INT64_C(1700000000000999000)}, {NANOSECONDS, INT64_C(1700000000000000999)}};

    (void)state;
    for (unsigned i = 0; i < G_N_ELEMENTS(of); i++) {
        struct plain_pcap *plain;
        struct packet packet;

        begin(of[i].magic, 4);
        add(1700000000, 999, 60, 1500, 7);
        add(INT32_MAX, 0, 0, 0, 0);
        plain = open_saved();
        assert_int_equal(plain_pcap_read(plain, &packet), PLAIN_PACKET);
        assert_int_equal(packet.time_ns, of[i].time_ns);
        assert_int_equal(packet.captured, 60);
        assert_int_equal(packet.on_the_wire, 1500);
        assert_bytes(&packet, 7);
        assert_int_equal(plain_pcap_read(plain, &packet), PLAIN_PACKET);
        assert_int_equal(packet.time_ns, INT64_C(2147483647000000000));
        assert_int_equal(packet.captured, 0);
        assert_int_equal(plain_pcap_read(plain, &packet), PLAIN_END);
        assert_int_equal(plain_pcap_read_so_far(plain), file->len);
        plain_pcap_free(plain);
    }
}

static void test_other_files(void **state)
{
    struct plain_pcap *plain = plain_pcap_new();

    (void)state;
    begin(MICROSECONDS, 3);
    save();
    assert_false(plain_pcap_open(plain, path));
    begin(0xd4c3b2a1, 4); /* of the other byte order */
    save();
    assert_false(plain_pcap_open(plain, path));
    assert_true(g_file_set_contents(path, (const char *)file->data, 23, NULL));
    assert_false(plain_pcap_open(plain, path));
    assert_false(plain_pcap_is_open(plain));
    assert_false(plain_pcap_open(plain, "/"));
    assert_false(plain_pcap_open(plain, "/no such file"));
    plain_pcap_free(plain);
}

/* An ordinary packet, then one that is not. */
static void assert_odd(uint32_t seconds, uint32_t fraction, uint32_t captured, uint32_t on_the_wire)
{
    struct plain_pcap *plain;
    struct packet packet;

    begin(MICROSECONDS, 4);
    add(1, 999999, LONGEST, LONGEST, 1);
    add(seconds, fraction, captured, on_the_wire, 2);
    plain = open_saved();
    assert_int_equal(plain_pcap_read(plain, &packet), PLAIN_PACKET);
    assert_int_equal(plain_pcap_read(plain, &packet), PLAIN_ODD);
    plain_pcap_free(plain);
}

static void test_odd_records(void **state)
{
    (void)state;
    assert_odd(1, 1000000, 60, 60);
    assert_odd((uint32_t)INT32_MAX + 1, 0, 60, 60);
    assert_odd(1, 0, 60, 59);
    assert_odd(1, 0, LONGEST + 1, LONGEST + 1);
    assert_odd(1, 0, 60, UINT32_MAX);
}

static void test_cut(void **state)
{
    struct packet packet;

    (void)state;
    begin(MICROSECONDS, 4);
    add(1, 0, 60, 60, 1);
    add(2, 0, 60, 60, 2);
    for (guint cut = 1; cut < 76; cut++) {
        struct plain_pcap *plain;

        g_byte_array_set_size(file, file->len - 1);
        plain = open_saved();
        assert_int_equal(plain_pcap_read(plain, &packet), PLAIN_PACKET);
        assert_int_equal(plain_pcap_read(plain, &packet), PLAIN_ODD);
        plain_pcap_free(plain);
    }
}

/* Packets of all lengths, 128 at a time, as batches of the command are; what was handed out since the last forget has to
 * stay, over the file's end, too. */
static void test_kept(void **state)
{
    enum { FILES = 3, PACKETS = 700, KEPT = 128 };
    struct plain_pcap *plain = plain_pcap_new();
    struct packet kept[KEPT];
    uint8_t fills[KEPT];
    unsigned count = 0;
    GRand *random = g_rand_new_with_seed(9293);

    (void)state;
    for (unsigned i = 0; i < FILES; i++) {
        uint8_t fill[PACKETS];

        begin(MICROSECONDS, 4);
        for (unsigned j = 0; j < PACKETS; j++) {
            const uint32_t length = (uint32_t)g_rand_int_range(random, 0, j % 97 == 0 ? LONGEST + 1 : 2000);

            fill[j] = (uint8_t)g_rand_int_range(random, 0, 256);
            add(j, 0, length, length, fill[j]);
        }
        save();
        assert_true(plain_pcap_open(plain, path));
        for (unsigned j = 0; j < PACKETS; j++) {
            assert_int_equal(plain_pcap_read(plain, &kept[count]), PLAIN_PACKET);
            fills[count++] = fill[j];
            if (count < KEPT)
                continue;
            while (count > 0) {
                count--;
                assert_bytes(&kept[count], fills[count]);
            }
            plain_pcap_forget(plain);
        }
        assert_int_equal(plain_pcap_read(plain, &kept[count]), PLAIN_END);
    }
    g_rand_free(random);
    plain_pcap_free(plain);
}

/* A name may be given to another file while it is opened. */
static void test_names(void **state)
{
    char *other = g_strconcat(path, ".other", NULL);
    struct plain_pcap *plain;

    (void)state;
    begin(MICROSECONDS, 4);
    plain = open_saved();
    assert_true(plain_pcap_is_at(plain, path));
    assert_int_equal(g_rename(path, other), 0);
    assert_false(plain_pcap_is_at(plain, path));
    save();
    assert_false(plain_pcap_is_at(plain, path));
    assert_true(plain_pcap_is_at(plain, other));
    plain_pcap_free(plain);
    g_unlink(other);
    g_free(other);
}

static int set_up(void **state)
{
    GError *error = NULL;
    const int descriptor = g_file_open_tmp("plain_pcap.XXXXXX", &path, &error);

    (void)state;
    file = g_byte_array_new();
    return descriptor < 0 ? -1 : close(descriptor);
}

static int tear_down(void **state)
{
    (void)state;
    g_unlink(path);
    g_free(path);
    g_byte_array_free(file, TRUE);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packets),     cmocka_unit_test(test_other_files), cmocka_unit_test(test_odd_records),
        cmocka_unit_test(test_cut),         cmocka_unit_test(test_kept),        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
