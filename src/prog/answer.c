#include "prog/answer.h"

#include "analysis/candidate.h"
#include "analysis/number_text.h"
#include "base/number.h"
#include "base/zone.h"
#include "geo/country.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

void names_add(struct names *names, struct prog *p, enum dimension d)
{
	const struct analysis a = {.store = p->store, .plant = &p->plant, .now_s = p->now_s};
	struct err ignored = {0};

	if (d == DIMENSION_asn && !names->geo && prog_geo(p, &names->geo, &ignored) < 0)
		names->geo = NULL;
	if (d == DIMENSION_signature && names->signatures.count == 0 &&
		signatures_load(&a, &names->signatures, &ignored) < 0)
		names->signatures = (struct signatures){0};
}

void names_done(struct names *names)
{
	geo_close(names->geo);
	signatures_done(&names->signatures);
	*names = (struct names){0};
}

const char *answer_counted(const struct question *q)
{
	return q->detections ? TR("detections", "検知件数") : TR("accesses", "件数");
}

static const char *key_name(enum dimension d, const char *key, const struct names *names)
{
	uint64_t asn;

	switch (d) {
	case DIMENSION_country:
		return country_name(key, text_lang());
	case DIMENSION_asn:
		if (!number_u64(key + strlen("AS"), 0, UINT32_MAX, &asn))
			return NULL;
		return asn == 0 ? TR("unknown", "不明")
		       : names->geo ? geo_asn_name(names->geo, (uint32_t)asn)
				    : NULL;
	case DIMENSION_signature:
		return signatures_message(&names->signatures, key);
	case DIMENSION_tool:
	case DIMENSION_tag:
		return is_candidate(d, key) ? TR("(candidate)", "（候補）") : NULL;
	case DIMENSION_payload:
		return key[strspn(key, "0")] == '\0' ? TR("none", "なし") : NULL;
	default:
		return NULL;
	}
}

void answer_key(struct buf *out, enum dimension d, const char *key, const struct names *names)
{
	const char *name = key_name(d, key, names);

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

void answer_meaning_lines(struct buf *out, enum dimension d)
{
	if (d == DIMENSION_tag)
		buf_text(out, TR("an access with several tags counts under each of them, and once in all\n",
				      "複数のタグを持つアクセスはそれぞれのタグで数え、全体では一度だけ数える。\n"));
	if (d == DIMENSION_tag || d == DIMENSION_tool)
		buf_text(out, TR("candidate: one packet in 65,536 looks so by chance; teiten top verdict judges the sources\n",
				      "候補: 65,536 パケットに一つは偶然に一致する。発信元の判定は teiten top verdict で見られる。\n"));
}

/* A count without a store. */
static void beyond_line(struct buf *out, const struct approximate *a)
{
	if (a->beyond)
		buf_printf(out,
			TR("approximate: %" PRIu64 " accesses of further keys are in no row: there were "
			   "too many to hold; a row may lack up to %" PRIu64 "\n",
				"概数: キーが多すぎて保持できず、%" PRIu64
				" 件はどの行にも含まれません。各行も最大 %" PRIu64 " 件少なくなっています\n"),
			a->beyond, a->beyond_each);
}

void answer_approximate_lines(struct buf *out, const struct approximate *a)
{
	if (a->sketched)
		buf_text(out, TR("approximate: numbers of sources are estimated (about 1% off)\n",
				      "概数: 発信元数は推定値です（誤差は約 1%）\n"));
	if (a->without_source)
		buf_printf(out,
			TR("approximate: %" PRIu64 " accesses of a flood are stored without their "
			   "source, :: stands for all of them: sources, networks and ASes are too few\n",
				"概数: 大量アクセスのうち %" PRIu64
				" 件は発信元を省き、まとめて :: として保存されているため、発信元・ネットワーク・AS "
				"は実際より少なく数えられています\n"),
			a->without_source);
	if (a->coarse)
		buf_printf(out,
			TR("approximate: %" PRIu64 " accesses of a flood are stored without destination, "
			   "source port, sizes, TTL and payload: they stand under 0, and filters by these "
			   "do not find them\n",
				"概数: 大量アクセスのうち %" PRIu64
				" 件は宛先・発信元ポート・長さ・TTL・ペイロードなどを省いて保存されているため、0 "
				"として数えられ、これらの条件では見つかりません\n"),
			a->coarse);
	if (a->payloads)
		buf_printf(out,
			TR("approximate: of %" PRIu64 " payloads only the hash is stored\n",
				"概数: %" PRIu64 " 種類のペイロードはハッシュだけが保存されています\n"),
			a->payloads);
	if (a->candidates)
		buf_text(out, TR("candidates: this filter is about single packets, of which one in 65,536 looks so by chance; "
				 "filter by verdict for sources that are judged\n",
				      "候補: この条件は個々のパケットについてのもので、65,536 パケットに一つは偶然に一致します。"
				      "発信元を判定した条件には verdict を使ってください\n"));
	beyond_line(out, a);
}

void answer_json_approximate(struct json *j, const struct approximate *a)
{
	if (!a->sketched && !a->coarse && !a->without_source && !a->payloads && !a->beyond && !a->candidates)
		return;
	json_open(j, "approximate", '{');
	json_bool(j, "sketched", a->sketched);
	json_u64(j, "coarse", a->coarse);
	json_u64(j, "without_source", a->without_source);
	json_bool(j, "packets", a->packets);
	json_u64(j, "payloads", a->payloads);
	if (a->candidates)
		json_bool(j, "candidates", true);
	if (a->beyond) {
		json_u64(j, "beyond", a->beyond);
		json_u64(j, "beyond_each", a->beyond_each);
	}
	json_close(j, '}');
}

void answer_json_candidate(struct json *j, enum dimension d, const char *key)
{
	if (d == DIMENSION_tool || d == DIMENSION_tag)
		json_bool(j, "candidate", is_candidate(d, key));
}

void answer_csv_approximate(struct buf *out, const struct approximate *a, bool candidate)
{
	const struct {
		bool is;
		const char *name;
	} reasons[] = {{a->sketched, "sketched"}, {a->coarse, "coarse"},
		{a->without_source, "without_source"}, {a->payloads, "payloads"},
		{a->beyond, "beyond"}, {a->candidates || candidate, "candidate"}};
	const char *between = ",";

	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].is) {
			buf_printf(out, "%s%s", between, reasons[i].name);
			between = " ";
		}
	if (*between == ',')
		buf_char(out, ',');
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
