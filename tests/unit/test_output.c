/* What is said of a life, without Wireshark: sentences, records, figures, the table of values.
 *
 * That the plugin's output is right is tested with tshark. Here: that everybody else can have it, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "trace.h"

#include "output/connection_set.h"
#include "output/figures/states_over_time.h"
#include "output/figures/tables.h"
#include "output/records/values.h"
#include "output/words/durations.h"
#include "tcplife/output/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *const life[] = {
    "C SYN seq=100              -> SYN-SENT SYN-RECEIVED? h1",
    "S SYN,ACK seq=300 ack=101  -> ESTABLISHED? SYN-RECEIVED h2",
    "C ACK seq=101 ack=301      -> ESTABLISHED ESTABLISHED? h3 established",
    "C FIN,ACK seq=101 ack=301  -> FIN-WAIT-1 CLOSE-WAIT? t1",
    "S FIN,ACK seq=301 ack=102  -> TIME-WAIT? LAST-ACK t2 t3",
    "C ACK seq=102 ack=302      -> TIME-WAIT CLOSED? t4 closed",
    NULL,
};

static struct tl_capture capture_of(const struct trace *trace)
{
    return (struct tl_capture){.tracker = trace->tracker,
                               .end_ns = trace->now_ns,
                               .msl_ns = TL_DEFAULT_MSL_NS};
}

/* ---- sentences ----------------------------------------------------------------------------- */

static void assert_address(uint8_t family, uint8_t length, const char *expected)
{
    const struct tl_capture capture = {.ipv4 = 4, .ipv6 = 6};
    struct tl_socket socket = {
        .address = {0x20, 0x01, 0x0d, 0xb8}, .port = 80, .family = family, .address_length = length};
    GString *text = g_string_new(NULL);

    socket.address[15] = length == 16;
    tl_append_socket(text, &capture, &socket);
    assert_string_equal(text->str, expected);
    g_string_free(text, TRUE);
}

static void test_addresses(void **state)
{
    (void)state;
    assert_address(4, 4, "32.1.13.184:80");
    assert_address(6, 16, "[2001:db8::1]:80");
    /* As long as IPv4's, but of another kind. */
    assert_address(7, 4, "20-01-0d-b8:80");
    assert_address(0, 0, ":80");
}

/* Digit for digit what printf() makes of the same number. */
static void assert_duration(int64_t ns)
{
    static const struct {
        double ns;
        const char *name;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
    const double number = (double)ns;
    char digits[G_ASCII_DTOSTR_BUF_SIZE], *expected;
    GString *text = g_string_new(NULL);
    size_t unit = 0;

    while (unit + 1 < G_N_ELEMENTS(units) && ABS(number) < units[unit].ns)
        unit++;
    g_ascii_formatd(digits, sizeof digits, ABS(number) >= 1e12 ? "%.0f" : "%.4g",
                    number / units[unit].ns);
    expected = g_strdup_printf("%s %s", digits, units[unit].name);
    append_duration(text, ns);
    assert_string_equal(text->str, expected);
    g_free(expected);
    g_string_free(text, TRUE);
}

static void test_durations(void **state)
{
    GRand *random = g_rand_new_with_seed(9293);

    (void)state;
    /* Around each power of ten, with a rest of half a digit among them, and anywhere. */
    for (int64_t power = 1; power <= INT64_MAX / 20000; power *= 10)
        for (int64_t digits = 0; digits < 20000; digits++) {
            assert_duration(power * digits / 2);
            assert_duration(-power * digits / 2 + 1);
        }
    for (int i = 0; i < 100000; i++)
        assert_duration(((int64_t)g_rand_int(random) << 31 | g_rand_int(random)) >>
                        g_rand_int_range(random, 0, 62));
    assert_duration(INT64_MIN);
    assert_duration(INT64_MAX);
    g_rand_free(random);
}

static void check_summary(struct trace *trace)
{
    const struct tl_capture capture = capture_of(trace);
    const struct tl_summary summary = tl_summarize(trace->connection);
    GString *text = g_string_new("so: ");

    tl_append_summary(text, &capture, trace->connection, &summary);
    assert_true(g_str_has_prefix(text->str, "so: "));
    assert_non_null(strstr(text->str, "opened by the three-way handshake in 2 ms, closed by the "
                                      "three-segment teardown"));
    g_string_free(text, TRUE);
}

static void test_summary(void **state)
{
    (void)state;
    trace_play(life, check_summary);
}

/* ---- records ------------------------------------------------------------------------------- */

static char *json_of(const struct trace *trace, const struct tl_capture_file *files, unsigned count)
{
    struct tl_capture capture = capture_of(trace);
    GString *text = g_string_new(NULL);

    capture.files = files;
    capture.file_count = count;
    capture.lists_files = count > 1;
    tl_append_json(text, &capture, trace->connection);
    assert_true(g_str_has_suffix(text->str, "}\n"));
    return g_string_free(text, FALSE);
}

static void check_files(struct trace *trace)
{
    /* The life is in frames 1 to 6. */
    static const struct tl_capture_file files[] = {{"a\"b.pcap", 1, 3}, {"c.pcap", 4, 6}, {"d.pcap", 7, 9}};
    char *without = json_of(trace, NULL, 0), *in_one = json_of(trace, files, 1);
    char *in_several = json_of(trace, files, 3);

    assert_null(strstr(without, "\"file"));
    assert_null(strstr(without, "\"tcp_stream\""));
    assert_non_null(strstr(in_one, "\"file\":\"a\\\"b.pcap\""));
    assert_null(strstr(in_one, "\"files\""));
    assert_non_null(strstr(in_several, "\"files\":[{\"file\":\"a\\\"b.pcap\",\"first_frame\":1},"
                                       "{\"file\":\"c.pcap\",\"first_frame\":4}],"));
    g_free(without);
    g_free(in_one);
    g_free(in_several);
}

static void test_files(void **state)
{
    (void)state;
    trace_play(life, check_files);
}

static unsigned count_cells(const char *line)
{
    unsigned count = 1;
    bool quoted = false;

    for (; *line != '\0'; line++) {
        quoted ^= *line == '"';
        count += *line == ',' && !quoted;
    }
    return count;
}

static void check_csv(struct trace *trace)
{
    const struct tl_capture capture = capture_of(trace);
    GString *header = g_string_new(NULL), *line = g_string_new(NULL);

    tl_append_csv_header(header, &capture);
    tl_append_csv(line, &capture, trace->connection);
    assert_true(g_str_has_prefix(header->str, "connection,client_address,"));
    assert_true(g_str_has_suffix(header->str, ",experts,transitions\n"));
    assert_int_equal(count_cells(header->str), count_cells(line->str));
    g_string_free(header, TRUE);
    g_string_free(line, TRUE);
}

static void test_csv(void **state)
{
    (void)state;
    trace_play(life, check_csv);
}

static void check_zeek_log(struct trace *trace)
{
    const struct tl_capture capture = capture_of(trace);
    GString *text = g_string_new(NULL);

    assert_false(tl_append_zeek_log(text, &capture, trace->connection));
    assert_int_equal(text->len, 0);
    g_string_free(text, TRUE);
}

static void test_zeek_log_needs_zeek(void **state)
{
    (void)state;
    trace_play(life, check_zeek_log);
}

/* ---- figures ------------------------------------------------------------------------------- */

struct counted {
    unsigned tables, rows, cells, most_cells;
};

static void count_table(void *to, const char *title)
{
    struct counted *counted = to;

    assert_true(title[0] != '\0');
    counted->tables++;
}

static void count_row(void *to)
{
    ((struct counted *)to)->cells = 0;
}

static void count_cell(void *to, const struct figure *figure)
{
    struct counted *counted = to;
    char buffer[FIGURE_SIZE];

    assert_non_null(figure->type == FIGURE_TEXT ? figure->text : figure_text(figure, buffer));
    counted->cells++;
}

static void end_row(void *to)
{
    struct counted *counted = to;

    counted->rows++;
    counted->most_cells = MAX(counted->most_cells, counted->cells);
}

static struct counted count_figures(const struct trace *trace, figure_fill *fill)
{
    const struct tl_capture capture = capture_of(trace);
    struct counted counted = {0};
    const struct figure_sink sink = {count_table, count_row, count_cell, end_row, &counted};
    GByteArray *chosen = g_byte_array_new();

    connection_set_add(chosen, 0);
    fill(&sink, &capture, chosen);
    g_byte_array_free(chosen, TRUE);
    return counted;
}

static void fill_states(const struct figure_sink *sink, const struct tl_capture *capture,
                        const GByteArray *chosen)
{
    states_table_fill(sink, capture, chosen, 0);
}

static void check_figures(struct trace *trace)
{
    struct figure_column columns[FIGURE_COLUMNS_AT_MOST];
    struct counted counted = count_figures(trace, connection_table_fill);

    assert_int_equal(counted.tables, 1);
    assert_int_equal(counted.rows, 1);
    assert_int_equal(counted.most_cells, connection_table_columns(columns));

    counted = count_figures(trace, server_table_fill);
    assert_int_equal(counted.rows, 1);
    assert_int_equal(counted.most_cells, server_table_columns(columns));

    counted = count_figures(trace, lifecycle_tables_fill);
    assert_int_equal(counted.tables, 6);
    assert_int_equal(counted.most_cells, lifecycle_tables_columns(columns));

    counted = count_figures(trace, fill_states);
    assert_int_equal(counted.tables, 2);
    assert_int_equal(counted.most_cells, states_table_columns(columns));
}

static void test_figures(void **state)
{
    (void)state;
    trace_play(life, check_figures);
}

/* ---- states over time ---------------------------------------------------------------------- */

/* All connections, until `silence_ns` after the last segment. */
static struct states_over_time states_of(const struct trace *trace, int64_t interval_ns,
                                         int64_t silence_ns)
{
    struct tl_capture capture = capture_of(trace);
    GByteArray *chosen = g_byte_array_new();
    struct states_over_time all;

    for (uint32_t i = 0; i < tl_tracker_connection_count(trace->tracker); i++)
        connection_set_add(chosen, i);
    capture.start_ns = tl_connection_start_ns(tl_tracker_connection(trace->tracker, 0));
    capture.end_ns += silence_ns;
    all = states_over_time(&capture, chosen, interval_ns);
    g_byte_array_free(chosen, TRUE);
    return all;
}

/* "start in ms: opening established half-closed closing time-wait, opened closed reset refused
 * unanswered, most at once". */
static void assert_states(const struct states_row *row, const char *expected)
{
    const uint32_t *at = row->stages, *within = row->events;
    char *text = g_strdup_printf("%d: %u %u %u %u %u, %u %u %u %u %u, %u",
                                 (int)(row->start_ns / 1000000), at[0], at[1], at[2], at[3], at[4],
                                 within[0], within[1], within[2], within[3], within[4],
                                 row->most_open);

    assert_string_equal(text, expected);
    g_free(text);
}

static void assert_all_states(struct states_over_time all, const char *peak,
                              const char *const *expected)
{
    for (unsigned i = 0; expected[i] != NULL; i++) {
        assert_true(i < all.rows->len);
        assert_states(&g_array_index(all.rows, struct states_row, i), expected[i]);
        assert_true(expected[i + 1] != NULL || i + 1 == all.rows->len);
    }
    assert_states(&all.peak, peak);
    states_over_time_free(&all);
}

#define ASSERT_STATES(all, peak, ...)                                                              \
    assert_all_states(all, peak, (const char *const[]){__VA_ARGS__, NULL})

/* 2 MSL end TIME-WAIT, though no segment tells. */
static void check_states(struct trace *trace)
{
    ASSERT_STATES(states_of(trace, 2000000, INT64_C(100000000000)),
                  "0: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "0: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "2: 0 0 1 0 0, 1 0 0 0 0, 1",
                  "4: 0 0 0 0 1, 0 1 0 0 0, 1",
                  "6: 0 0 0 0 1, 0 0 0 0 0, 0",
                  "60004: 0 0 0 0 0, 0 0 0 0 0, 0",
                  "60006: 0 0 0 0 0, 0 0 0 0 0, 0");
}

static void check_refused(struct trace *trace)
{
    ASSERT_STATES(states_of(trace, 1000000000, 0),
                  "0: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "0: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "1000: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "2000: 0 0 0 0 0, 0 0 0 1 0, 1");
}

/* Its client has given up R2 after the last attempt, though no segment tells. */
static void check_unanswered(struct trace *trace)
{
    ASSERT_STATES(states_of(trace, 1000000000, INT64_C(105000000000)),
                  "0: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "0: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "1000: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "3000: 1 0 0 0 0, 0 0 0 0 1, 1",
                  "4000: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "103000: 0 0 0 0 0, 0 0 0 0 0, 1",
                  "104000: 0 0 0 0 0, 0 0 0 0 0, 0");
}

/* It had not: its back-off is longer than R2. */
static void check_patience(struct trace *trace)
{
    ASSERT_STATES(states_of(trace, 20000000000, 0),
                  "0: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "0: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "20000: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "160000: 0 0 0 0 0, 0 0 0 0 0, 1",
                  "180000: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "200000: 0 0 0 0 0, 0 0 0 1 0, 1");
}

/* Opened and reset in one interval: not there at its end, but open within it. */
static void check_reset(struct trace *trace)
{
    ASSERT_STATES(states_of(trace, 1000000000, 0),
                  "0: 1 0 0 0 0, 0 0 0 0 0, 1",
                  "0: 0 0 0 0 0, 1 0 1 0 0, 1");
}

static void test_states_over_time(void **state)
{
    (void)state;
    trace_play(life, check_states);
    PLAY_AND(check_refused,
             "C SYN seq=100                  -> SYN-SENT SYN-RECEIVED? h1",
             "+2.5 S RST,ACK seq=0 ack=101   -> CLOSED? CLOSED refused");
    PLAY_AND(check_unanswered,
             "C SYN seq=100 id=1             -> SYN-SENT SYN-RECEIVED? h1",
             "+1 C SYN seq=100 id=2          -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
             "+2 C SYN seq=100 id=3          -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted unanswered");
    PLAY_AND(check_patience,
             "C SYN seq=100 id=1             -> SYN-SENT SYN-RECEIVED? h1",
             "+60 C SYN seq=100 id=2         -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
             "+120 C SYN seq=100 id=3        -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted unanswered",
             "+25 S RST,ACK seq=0 ack=101    -> CLOSED? CLOSED refused");
    PLAY_AND(check_reset,
             "C SYN seq=100                  -> SYN-SENT SYN-RECEIVED? h1",
             "S SYN,ACK seq=300 ack=101      -> ESTABLISHED? SYN-RECEIVED h2",
             "C ACK seq=101 ack=301          -> ESTABLISHED ESTABLISHED? h3 established",
             "C RST seq=101                  -> CLOSED CLOSED? reset");
}

/* The shortest that makes no more than 200 rows. */
static void test_states_interval(void **state)
{
    (void)state;
    assert_int_equal(states_interval_ns(0), 1000);
    assert_int_equal(states_interval_ns(INT64_C(199999999999)), 1000000000);
    assert_int_equal(states_interval_ns(INT64_C(200000000000)), 2000000000);
    assert_int_equal(states_interval_ns(INT64_C(86400000000000)), INT64_C(500000000000));
    assert_true(states_interval_ns(INT64_MAX) > 0);
}

/* ---- the table of values ------------------------------------------------------------------- */

static void assert_row_is_sound(const struct value_row *row)
{
    const bool is_list = row->type == VALUE_LIST;

    assert_true((row->get != NULL) == !is_list);
    assert_true((row->put_list != NULL) == is_list);
    assert_true(row->key.name != NULL || row->field.place != 0 || row->column.place != 0);
    /* Lists are in records alone. */
    assert_true(!is_list || (row->key.name != NULL && row->field.place == 0 && row->column.place == 0));
    assert_true((row->field.place != 0) == (row->field.name != NULL));
    assert_true((row->column.place != 0) == (row->column.title != NULL));
    assert_true(row->field.name == NULL || g_str_has_prefix(row->field.name, "tcplife."));
}

/* A field's name is its key with dots where it has groups. */
static void assert_names_agree(const struct value_row *row)
{
    char *name;

    if (row->key.name == NULL || row->field.name == NULL)
        return;
    name = g_strdelimit(g_strdup(row->field.name + strlen("tcplife.")), ".", '_');
    assert_string_equal(name, row->key.name);
    g_free(name);
}

static void test_rows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < value_row_count; i++) {
        assert_row_is_sound(&value_rows[i]);
        assert_names_agree(&value_rows[i]);
        for (unsigned k = 0; k < i; k++) {
            const struct value_row *one = &value_rows[i], *other = &value_rows[k];

            assert_true(one->key.name == NULL || other->key.name == NULL ||
                        strcmp(one->key.name, other->key.name) != 0);
            assert_true(one->field.place == 0 || one->field.place != other->field.place);
            assert_true(one->column.place == 0 || one->column.place != other->column.place);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_zeek_log_needs_zeek),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_states_over_time),
        cmocka_unit_test(test_states_interval),
        cmocka_unit_test(test_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
