#include "prog/answer.h"

#include "analysis/number_text.h"
#include "base/number.h"
#include "base/zone.h"
#include "geo/country.h"

#include <errno.h>
#include <math.h>
#include <string.h>

struct geo *answer_geo(struct prog *p, enum dimension d)
{
	struct geo *geo = NULL;
	struct err ignored = {0}; /* the numbers stand without the names */

	if (d == DIMENSION_asn && prog_geo(p, &geo, &ignored) < 0)
		return NULL;
	return geo;
}

static const char *key_name(enum dimension d, const char *key, const struct geo *geo)
{
	uint64_t asn;

	switch (d) {
	case DIMENSION_country:
		return country_name(key, text_lang());
	case DIMENSION_asn:
		if (!number_u64(key + strlen("AS"), 0, UINT32_MAX, &asn))
			return NULL;
		return asn == 0 ? TR("unknown", "不明")
		       : geo	? geo_asn_name(geo, (uint32_t)asn)
				: NULL;
	case DIMENSION_payload:
		return key[strspn(key, "0")] == '\0' ? TR("none", "なし") : NULL;
	default:
		return NULL;
	}
}

void answer_key(struct buf *out, enum dimension d, const char *key, const struct geo *geo)
{
	const char *name = key_name(d, key, geo);

	buf_text(out, key);
	if (name && *name)
		buf_printf(out, " %s", name);
}

bool answer_is_negligible(double rate)
{
	char text[NUMBER_TEXT_SIZE];

	return isfinite(rate) && strcmp(number_half_up(rate, 2, text), "0.00") == 0;
}

void answer_rate(struct table *t, double rate)
{
	char text[NUMBER_TEXT_SIZE];

	if (rate > 0 && answer_is_negligible(rate))
		table_cell(t, TR("negligible", "ごく僅か"));
	else
		table_cell(t, number_half_up(rate, 2, text));
}

void answer_exposure(struct buf *out, double exposure)
{
	char text[NUMBER_TEXT_SIZE];

	if (exposure > 0 && exposure < 1)
		buf_printf(out, "%.2g", exposure);
	else
		buf_text(out, number_half_up(exposure, 1, text));
}

void answer_incomplete_lines(struct buf *out, const struct incomplete *in)
{
	for (size_t i = 0; i < in->count; i++) {
		buf_text(out, TR("incomplete: ", "未完了: "));
		buf_terminal(out, in->names[i]);
		buf_text(out,
			TR(" was begun and not completed; import it again\n",
				" の取り込みが終わっていません。もう一度取り込んでください\n"));
	}
}

void answer_json_period(struct json *j, const char *key, const struct period *p)
{
	char text[ZONE_TEXT_SIZE];

	json_open(j, key, '{');
	json_text(j, "from", zone_print(p->from_s, text));
	json_text(j, "to", zone_print(p->to_s, text));
	json_close(j, '}');
}

void answer_json_incomplete(struct json *j, const struct incomplete *in)
{
	json_open(j, "incomplete", '[');
	for (size_t i = 0; i < in->count; i++)
		json_text(j, NULL, in->names[i]);
	json_close(j, ']');
}

void answer_csv_double(struct buf *out, double value)
{
	struct json number = {.out = out};

	buf_char(out, ',');
	if (isfinite(value))
		json_double(&number, NULL, value);
}

int answer_write(const struct buf *out, struct err *e)
{
	if (out->failed) {
		err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		return EXIT_FAILED;
	}
	if (fwrite(out->data, 1, out->len, stdout) != out->len) {
		err_set(e, EIO, TR("cannot write to standard output", "標準出力に書き込めません"));
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}
