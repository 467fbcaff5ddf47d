/* The values of a connection's life as Wireshark's fields.
 *
 * It knows which type of field a type of value is. Names and order come from the
 * table of values.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/show/value_fields.h"

#include "plugin/protocol.h"
#include "plugin/show/scratch.h"

#include <epan/packet.h>

/* In the order in which they stand in the tree. */
static const struct value_row *rows[VALUE_ROWS_AT_MOST];
static unsigned count;
static int fields[VALUE_ROWS_AT_MOST]; /* by row; -1: not registered */
static const header_field_info *registered[VALUE_ROWS_AT_MOST]; /* by row, if it is */

/* ---- one field ----------------------------------------------------------------------------- */

static void add_time(proto_tree *tree, int field, tvbuff_t *tvb, int64_t ns)
{
    const nstime_t value = {.secs = (time_t)(ns / 1000000000), .nsecs = (int)(ns % 1000000000)};

    proto_item_set_generated(proto_tree_add_time(tree, field, tvb, 0, 0, &value));
}

static void add_field(proto_tree *tree, int field, tvbuff_t *tvb, enum value_type type,
                      const struct value *value)
{
    proto_item *item = NULL;

    switch (type) {
    case VALUE_NUMBER:
    case VALUE_FRAME:
    case VALUE_FRAME_OF_REQUEST:
    case VALUE_FRAME_OF_RESPONSE:
    case VALUE_FRAME_OF_ACK:
        item = proto_tree_add_uint(tree, field, tvb, 0, 0, (uint32_t)value->number);
        break;
    case VALUE_BYTES:
        item = proto_tree_add_uint64(tree, field, tvb, 0, 0, value->number);
        break;
    case VALUE_TIME:
    case VALUE_DURATION:
        add_time(tree, field, tvb, value->ns);
        break;
    case VALUE_WORD:
        item = proto_tree_add_string(tree, field, tvb, 0, 0, value->word);
        break;
    case VALUE_TEXT:
        item = proto_tree_add_string(tree, field, tvb, 0, 0, value->text->str);
        break;
    case VALUE_FILE_NAME:
    case VALUE_LIST: /* in records alone */
        break;
    }
    proto_item_set_generated(item);
}

/* What nobody looks at is not even read: Wireshark makes a tree for the sake of a single field. It is
 * what proto_field_is_referenced() answers, but without some forty calls for every packet. */
static bool is_wanted(const proto_tree *tree, unsigned i, enum value_finality finality)
{
    return rows[i]->finality == finality && fields[i] >= 0 &&
           (PTREE_DATA(tree)->visible || registered[i]->ref_type != HF_REF_TYPE_NONE);
}

bool tcplife_value_fields_are_wanted(proto_tree *tree, enum value_finality finality)
{
    for (unsigned i = 0; i < count; i++) {
        if (is_wanted(tree, i, finality))
            return true;
    }
    return false;
}

bool tcplife_value_field_is_final(int field)
{
    for (unsigned i = 0; i < count; i++) {
        if (fields[i] == field)
            return rows[i]->finality == VALUE_OF_LIFE;
    }
    return false;
}

void tcplife_add_value_fields(proto_tree *tree, tvbuff_t *tvb, const struct known_life *life,
                              enum value_finality finality)
{
    for (unsigned i = 0; i < count; i++) {
        struct value value;

        if (!is_wanted(tree, i, finality))
            continue;
        value.text = tcplife_scratch();
        if (rows[i]->get(life, &value))
            add_field(tree, fields[i], tvb, rows[i]->type, &value);
    }
}

/* ---- registration -------------------------------------------------------------------------- */

struct field_kind {
    enum ftenum type;
    int display;
    const void *strings;
};

static struct field_kind kind_of(enum value_type type)
{
    switch (type) {
    case VALUE_NUMBER:
        return (struct field_kind){FT_UINT32, BASE_DEC, NULL};
    case VALUE_BYTES:
        return (struct field_kind){FT_UINT64, BASE_DEC, NULL};
    case VALUE_FRAME:
        return (struct field_kind){FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE)};
    case VALUE_FRAME_OF_REQUEST:
        return (struct field_kind){FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST)};
    case VALUE_FRAME_OF_RESPONSE:
        return (struct field_kind){FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE)};
    case VALUE_FRAME_OF_ACK:
        return (struct field_kind){FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_ACK)};
    case VALUE_TIME:
        return (struct field_kind){FT_ABSOLUTE_TIME, ABSOLUTE_TIME_LOCAL, NULL};
    case VALUE_DURATION:
        return (struct field_kind){FT_RELATIVE_TIME, BASE_NONE, NULL};
    case VALUE_WORD:
    case VALUE_TEXT:
    case VALUE_FILE_NAME:
    case VALUE_LIST:
        break;
    }
    return (struct field_kind){FT_STRING, BASE_NONE, NULL};
}

static void register_fields(bool costs)
{
    static hf_register_info infos[VALUE_ROWS_AT_MOST]; /* Wireshark points into it */

    for (unsigned i = 0; i < count; i++) {
        const struct value_row *row = rows[i];
        const struct field_kind kind = kind_of(row->type);

        if (row->field.costs != costs)
            continue;
        infos[i] = (hf_register_info){
            &fields[i],
            {row->field.title, row->field.name, kind.type, kind.display, kind.strings, 0,
             row->field.help, HFILL}};
        proto_register_field_array(proto_tcplife, &infos[i], 1);
        registered[i] = proto_registrar_get_nth((unsigned)fields[i]);
    }
}

/* Wireshark comes here when somebody uses a field "tcplife.…" that is not registered, and when all
 * fields are to be listed. */
static void register_costly_fields(const char *name _U_)
{
    register_fields(true);
}

void tcplife_register_value_fields(void)
{
    count = value_fields(rows);
    for (unsigned i = 0; i < count; i++)
        fields[i] = -1;
    register_fields(false);
    proto_register_prefix("tcplife", register_costly_fields);
}

bool tcplife_costly_fields_are_named(void)
{
    for (unsigned i = 0; i < count; i++) {
        if (rows[i]->field.costs)
            return fields[i] >= 0;
    }
    return false;
}

void tcplife_name_costly_fields(void)
{
    for (unsigned i = 0; i < count; i++) {
        if (rows[i]->field.costs)
            proto_registrar_get_byname(rows[i]->field.name);
    }
}
