/* teiten sensor list: the identities, and how long each is valid. */
#include "prog/answer.h"
#include "prog/collector.h"
#include "prog/sensor_identity.h"

#include "base/text.h"
#include "base/zone.h"

#include <getopt.h>
#include <inttypes.h>
#include <string.h>

enum { DAY_S = 86400 };

static void print_usage(void)
{
	fputs(TR("usage: teiten sensor list [--format table|json|csv]\n"
		 "Lists the identities that were made, by sensor and time.\n",
		      "使い方: teiten sensor list [--format table|json|csv]\n"
		      "作った証明書をセンサーと時刻の順に一覧します。\n"),
		stdout);
}

static int by_sensor(const void *a, const void *b)
{
	const struct allow_entry *x = a, *y = b;
	int order = strcmp(x->sensor, y->sensor);

	return order ? order : (x->since_s > y->since_s) - (x->since_s < y->since_s);
}

static const char *state_of(const struct allow_entry *entry, int64_t now_s, bool told)
{
	switch (allow_judge(entry, now_s)) {
	case ALLOW_REVOKED:
		return told ? TR("revoked", "失効") : "revoked";
	case ALLOW_EXPIRED:
		return told ? TR("expired", "期限切れ") : "expired";
	default:
		return told ? TR("valid", "有効") : "valid";
	}
}

static int64_t days_left(const struct allow_entry *entry, int64_t now_s)
{
	return allow_judge(entry, now_s) == ALLOW_YES ? (entry->until_s - now_s) / DAY_S : 0;
}

static void list_table(const struct allow *a, int64_t now_s, struct buf *out)
{
	static const bool right[] = {false, false, false, true, false, false};
	AUTO(table_done) struct table t = {.columns = ARRAY_SIZE(right), .right = right};

	table_cell(&t, TR("sensor", "センサー"));
	table_cell(&t, TR("since", "作成"));
	table_cell(&t, TR("until", "期限"));
	table_cell(&t, TR("days left", "残り日数"));
	table_cell(&t, TR("state", "状態"));
	table_cell(&t, TR("certificate", "証明書"));
	for (size_t i = 0; i < a->count; i++) {
		const struct allow_entry *entry = &a->entries[i];
		char digest[SEGMENT_DIGEST_TEXT], since[ZONE_TEXT_SIZE], until[ZONE_TEXT_SIZE];

		table_cell(&t, entry->sensor);
		table_cell(&t, zone_print(entry->since_s, since));
		table_cell(&t, zone_print(entry->until_s, until));
		table_cellf(&t, "%" PRId64, days_left(entry, now_s));
		table_cell(&t, state_of(entry, now_s, true));
		table_cellf(&t, "%.16s", segment_hex(entry->digest, SEGMENT_DIGEST, digest));
	}
	table_print(&t, out);
}

static void list_json(const struct allow *a, int64_t now_s, struct buf *out)
{
	struct json j = {.out = out};

	json_open(&j, NULL, '[');
	for (size_t i = 0; i < a->count; i++) {
		const struct allow_entry *entry = &a->entries[i];
		char digest[SEGMENT_DIGEST_TEXT], time[ZONE_TEXT_SIZE];

		json_open(&j, NULL, '{');
		json_text(&j, "sensor", entry->sensor);
		json_text(&j, "since", zone_print(entry->since_s, time));
		json_text(&j, "until", zone_print(entry->until_s, time));
		json_u64(&j, "days_left", (uint64_t)days_left(entry, now_s));
		json_text(&j, "state", state_of(entry, now_s, false));
		json_text(&j, "certificate", segment_hex(entry->digest, SEGMENT_DIGEST, digest));
		json_close(&j, '}');
	}
	json_close(&j, ']');
	buf_char(out, '\n');
}

static void list_csv(const struct allow *a, int64_t now_s, struct buf *out)
{
	buf_text(out, "sensor,since,until,days_left,state,certificate\n");
	for (size_t i = 0; i < a->count; i++) {
		const struct allow_entry *entry = &a->entries[i];
		char digest[SEGMENT_DIGEST_TEXT], since[ZONE_TEXT_SIZE], until[ZONE_TEXT_SIZE];

		buf_csv(out, entry->sensor);
		buf_printf(out, ",%s,%s,%" PRId64 ",%s,%s\n", zone_print(entry->since_s, since),
			zone_print(entry->until_s, until), days_left(entry, now_s), state_of(entry, now_s, false),
			segment_hex(entry->digest, SEGMENT_DIGEST, digest));
	}
}

static int parse_options(int argc, char **argv, enum format *ret, bool *ret_help, struct err *e)
{
	static const struct option longs[] = {
		{"format", required_argument, NULL, 'f'}, {"help", no_argument, NULL, 'h'}, {0}};
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		if (option == 'f' && format_parse(optarg, ret, e) < 0)
			return -EINVAL;
		if (option == 'h')
			*ret_help = true;
		if (option == '?')
			optind = argc + 1;
	}
	if (*ret_help || optind == argc)
		return 0;
	return err_set(e, EINVAL,
		TR("sensor list: unknown option or argument: see teiten sensor list --help",
			"sensor list: オプションの誤りです（teiten sensor list --help を見てください）"));
}

int sensor_list(struct prog *p, int argc, char **argv, struct err *e)
{
	static void (*const lists[])(const struct allow *a, int64_t now_s, struct buf *out) = {
		list_table, list_json, list_csv};
	AUTO(collector_identity_done) struct collector_identity identity = {.fd = -1};
	AUTO(buf_done) struct buf out = {0};
	enum format format = FORMAT_TABLE;
	bool help = false;

	if (parse_options(argc, argv, &format, &help, e) < 0)
		return EXIT_USAGE;
	if (help) {
		print_usage();
		return EXIT_DONE;
	}
	if (collector_identity_open(p, &identity, e) < 0)
		return EXIT_FAILED;
	qsort(identity.allow.entries, identity.allow.count, sizeof(*identity.allow.entries), by_sensor);
	lists[format](&identity.allow, p->now_s, &out);
	return answer_write(&out, e);
}
