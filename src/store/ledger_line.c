#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "store/ledger.h"

static void write_field(struct buf *out, const char *at, const struct ledger_field *field)
{
	uint64_t unsigned_value = 0;
	int64_t signed_value = 0;

	switch (field->kind) {
	case LEDGER_TEXT:
		tsv_add(out, at);
		break;
	case LEDGER_I64:
		memcpy(&signed_value, at, sizeof(signed_value));
		buf_printf(out, "%" PRId64, signed_value);
		break;
	case LEDGER_U64:
		memcpy(&unsigned_value, at, sizeof(unsigned_value));
		buf_printf(out, "%" PRIu64, unsigned_value);
		break;
	case LEDGER_FLAG:
		buf_char(out, *(const bool *)at ? '1' : '0');
		break;
	}
}

void ledger_write(
	struct buf *out, const void *item, const struct ledger_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		write_field(out, (const char *)item + fields[i].offset, &fields[i]);
		buf_char(out, i + 1 < count ? '\t' : '\n');
	}
}

static bool read_i64(const char *text, int64_t *ret)
{
	uint64_t value;
	bool minus = text[0] == '-';

	if (!number_u64(text + minus, 0, (uint64_t)INT64_MAX + minus, &value))
		return false;
	*ret = minus ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

static bool read_field(char *at, const struct ledger_field *field, const char *cell)
{
	uint64_t unsigned_value;
	int64_t signed_value;

	switch (field->kind) {
	case LEDGER_TEXT:
		snprintf(at, field->size, "%s", cell);
		return true;
	case LEDGER_I64:
		if (!read_i64(cell, &signed_value))
			return false;
		memcpy(at, &signed_value, sizeof(signed_value));
		return true;
	case LEDGER_U64:
		if (!number_u64(cell, 0, UINT64_MAX, &unsigned_value))
			return false;
		memcpy(at, &unsigned_value, sizeof(unsigned_value));
		return true;
	case LEDGER_FLAG:
		*(bool *)at = strcmp(cell, "1") == 0;
		return true;
	}
	return false;
}

int ledger_read(const struct result *answer, const struct ledger_field *fields, size_t count,
	size_t size, void **ret, struct err *e)
{
	*ret = NULL;
	if (answer->rows == 0)
		return 0;
	AUTO(free) char *items = calloc(answer->rows, size);
	if (!items)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t row = 0; row < answer->rows; row++)
		for (size_t i = 0; i < count; i++)
			if (answer->columns != count ||
				!read_field(items + row * size + fields[i].offset, &fields[i],
					result_cell(answer, row, i)))
				return err_set(e, EPROTO,
					TR("the database's ledger cannot be read",
						"データベースの台帳を読めません"));
	*ret = TAKE(items);
	return (int)answer->rows;
}

int ledger_put(struct store *s, const char *sql, const struct buf *lines, struct err *e)
{
	struct piece body = {lines->data, lines->len};
	struct request insert = {
		.sql = sql, .settings = "&async_insert=0", .body = &body, .body_count = 1};
	AUTO(buf_done) struct buf answer = {0};

	if (lines->failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return store_request(s, &insert, &answer, e);
}
