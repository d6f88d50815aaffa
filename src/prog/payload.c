/* teiten payload: all that is known of one payload. */
#include "prog/answer.h"
#include "prog/payload_dump.h"
#include "prog/payload_view.h"
#include "prog/question.h"

#include "base/text.h"
#include "base/zone.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_DEFAULT = 10 };

/* What it is counted by. */
static const struct {
	enum dimension dimension;
	const char *en, *ja, *json;
} by[] = {
	{DIMENSION_service, "services", "宛先ポート", "services"},
	{DIMENSION_country, "countries", "国・地域", "countries"},
	{DIMENSION_source, "sources", "発信元", "sources"},
};

struct payload_options {
	const char *hash, *period, *raw;
	size_t limit;
	enum format format;
	bool reveal, help;
};

/* The answer. */
struct payload_answer {
	struct payload_views views; /* one */
	struct top *tops[ARRAY_SIZE(by)];
};

static void print_usage(void)
{
	fputs(TR("usage: teiten payload HASH [--period P] [--limit N|all] [--format table|json|csv] [--raw FILE] [--reveal]\n"
		 "All that is known of one payload: its bytes, what they ask, when, from where and to what they came.\n"
		 "  HASH         as teiten top payload shows it, or its first digits\n"
		 "  --period P   what is counted (default: all the time that the payload was seen)\n"
		 "  --limit N    services, countries and sources (default: 10)\n"
		 "  --raw FILE   writes its bytes (- is standard output, unless that is a terminal)\n"
		 "Sensor addresses in the bytes are replaced unless --reveal is given.\n",
		      "使い方: teiten payload ハッシュ [--period 期間] [--limit 件数|all] [--format table|json|csv] [--raw ファイル] "
		      "[--reveal]\n"
		      "一つのペイロードについて、内容・意味・時期・発信元・宛先ポートを表示します。\n"
		      "  ハッシュ       teiten top payload が示すもの、またはその先頭の数桁\n"
		      "  --period 期間  数える期間（既定は、そのペイロードを検知した全期間）\n"
		      "  --limit 件数   宛先ポート・国・発信元の行数（既定は 10）\n"
		      "  --raw ファイル 内容を書き出す（- は標準出力。端末には書きません）\n"
		      "--reveal がなければ、内容に含まれるセンサーのアドレスは置き換えます。\n"),
		stdout);
}

static int take_option(int option, struct payload_options *o, struct err *e)
{
	switch (option) {
	case 'p':
		o->period = optarg;
		return 0;
	case 'l':
		return question_limit(optarg, &o->limit, e);
	case 'f':
		return format_parse(optarg, &o->format, e);
	case 'r':
		o->raw = optarg;
		return 0;
	case 'a':
		o->reveal = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		return err_set(e, EINVAL,
			TR("payload: unknown option or missing value: see teiten payload --help",
				"payload: オプションの誤りです（teiten payload --help を見てください）"));
	}
}

static int parse_options(int argc, char **argv, struct payload_options *o, struct err *e)
{
	static const struct option longs[] = {{"period", required_argument, NULL, 'p'},
		{"limit", required_argument, NULL, 'l'}, {"format", required_argument, NULL, 'f'},
		{"raw", required_argument, NULL, 'r'}, {"reveal", no_argument, NULL, 'a'},
		{"help", no_argument, NULL, 'h'}, {0}};
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1)
		if (take_option(option, o, e) < 0)
			return -EINVAL;
	if (o->help)
		return 0;
	if (argc - optind != 1)
		return err_set(e, EINVAL,
			TR("payload: one hash is expected (teiten top payload lists them)",
				"payload: ハッシュを一つ指定してください（teiten top payload で一覧できます）"));
	o->hash = argv[optind];
	return 0;
}

/* --- the answer --- */

/* From the day of its first access to that of its last one; a payload without room in the dictionary has none. */
static int seen_period(struct prog *p, const char *hash, struct period *ret, struct err *e)
{
	const struct analysis a = {.store = p->store, .plant = &p->plant, .now_s = p->now_s};
	struct dictionary_entry *entry;
	int rc = dictionary_bytes(&a, hash, &entry, e);

	if (rc < 0)
		return rc;
	int64_t first_s = entry->first_s, last_s = entry->last_s;
	dictionary_free(entry, 1);
	if (first_s == 0)
		return analysis_default_period(&a, ret, e);
	*ret = period_of_days(day_of(first_s), day_of(last_s) + 1);
	return 0;
}

static int ask_counts(struct prog *p, struct question *q, struct payload_answer *answer, struct err *e)
{
	const struct analysis a = {.store = p->store, .plant = &p->plant, .now_s = p->now_s};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(by); i++) {
		q->dimension = by[i].dimension;
		rc = analysis_top(&a, q, &answer->tops[i], e);
	}
	return rc;
}

static int ask(struct prog *p, const struct payload_options *o, const char *hash, struct payload_answer *answer,
	struct err *e)
{
	struct question q = {.dimension = DIMENSION_payload, .dimension2 = DIMENSION_NONE, .limit = o->limit};
	AUTO(expr_free) struct expr *where = NULL;
	char text[PAYLOAD_TEXT + 16];

	snprintf(text, sizeof(text), "payload = %s", hash);
	int rc = o->period ? period_parse(o->period, p->now_s, &q.period, e) : 0;
	if (rc == 0)
		rc = expr_parse(text, &where, e);
	if (rc == 0 && !o->period)
		rc = seen_period(p, hash, &q.period, e);
	q.where = where;
	if (rc == 0)
		rc = payload_views_make(p, &q, &hash, 1, o->reveal, &answer->views, e);
	if (rc == 0)
		rc = ask_counts(p, &q, answer, e);
	if (rc == 0 && answer->views.entries[0].first_s == 0 && answer->tops[0]->total.packets == 0)
		return dictionary_unknown(hash, e);
	return rc;
}

static void answer_done(struct payload_answer *answer)
{
	payload_views_done(&answer->views);
	for (size_t i = 0; i < ARRAY_SIZE(by); i++)
		top_free(answer->tops[i]);
}

/* --- as text --- */

static void add_line(struct buf *out, const char *name, const char *text)
{
	size_t width = text_width(name);

	buf_printf(out, "%s%*s", name, width < 12 ? (int)(12 - width) : 1, "");
	buf_terminal(out, text);
	buf_char(out, '\n');
}

static void add_time(struct buf *out, const char *name, int64_t time_s)
{
	char text[ZONE_TEXT_SIZE];

	add_line(out, name, zone_print(time_s, text));
}

static void add_parts(struct buf *out, const char *name, const struct top *top)
{
	AUTO(table_done) struct table t = {.columns = 4, .right = (const bool[]){false, false, true, true}};
	struct names none = {0};

	buf_char(out, '\n');
	table_cell(&t, name);
	table_cell(&t, "");
	table_cell(&t, TR("accesses", "件数"));
	table_cell(&t, TR("sources", "発信元数"));
	for (size_t i = 0; i < top->count && top->rows[i].m.packets; i++) {
		AUTO(buf_done) struct buf key = {0};

		answer_key(&key, top->question.dimension, top->rows[i].key, &none);
		table_cell(&t, "");
		table_cell(&t, buf_str(&key));
		table_cellf(&t, "%" PRIu64, top->rows[i].m.packets);
		table_cellf(&t, "%" PRIu64, top->rows[i].m.sources);
	}
	table_print(&t, out);
	if (top->keys > top->count)
		buf_printf(out, TR("%zu of %zu\n", "%zu 行（全 %zu 行）\n"), top->count, top->keys);
}

static void print_bytes(struct buf *out, const struct payload_view *view)
{
	const struct dictionary_entry *entry = view->entry;

	buf_char(out, '\n');
	if (entry->first_s == 0) {
		buf_text(out, TR("only its hash is stored: there was no room for the bytes\n",
				      "保存する余裕がなく、ハッシュだけが保存されています\n"));
		return;
	}
	payload_hexdump(view->bytes, entry->kept, out);
	buf_char(out, '\n');
	payload_text(view->bytes, entry->kept, out);
	if (entry->kept < entry->length)
		buf_printf(out, TR("%zu of %" PRIu32 " bytes are kept\n", "%2$" PRIu32 " バイトのうち %1$zu バイトを保存\n"),
			entry->kept, entry->length);
	if (view->scrubbed)
		buf_text(out, TR("sensor addresses in it are replaced (--reveal shows them)\n",
				      "含まれるセンサーのアドレスは置き換えました（--reveal で表示します）\n"));
}

static void print_table(struct buf *out, const struct payload_answer *answer)
{
	const struct payload_view *view = &answer->views.list[0];
	const struct top *top = answer->tops[0];
	char period[PERIOD_TEXT_SIZE], number[80];

	add_line(out, TR("payload", "ハッシュ"), view->entry->hash);
	snprintf(number, sizeof(number), TR("%" PRIu32 " bytes", "%" PRIu32 " バイト"), view->entry->length);
	add_line(out, TR("length", "長さ"), number);
	add_line(out, TR("protocol", "プロトコル"), proto_name(view->proto));
	add_line(out, TR("asks", "内容"), view->summary);
	add_line(out, TR("tags", "タグ"), *view->entry->tags ? view->entry->tags : "-");
	if (view->entry->first_s > 0) {
		add_time(out, TR("first seen", "初検知"), view->entry->first_s);
		add_time(out, TR("last seen", "最終検知"), view->entry->last_s);
	}
	add_line(out, TR("period", "期間"), period_print(&top->question.period, period));
	snprintf(number, sizeof(number), TR("%" PRIu64 " from %" PRIu64 " sources", "%" PRIu64 "（発信元数 %" PRIu64 "）"),
		top->total.packets, top->total.sources);
	add_line(out, TR("accesses", "件数"), number);
	for (size_t i = 0; i < ARRAY_SIZE(by); i++)
		add_parts(out, TR(by[i].en, by[i].ja), answer->tops[i]);
	answer_approximate_lines(out, &top->approximate);
	answer_incomplete_lines(out, &top->incomplete);
	print_bytes(out, view);
}

/* --- for programs --- */

static void json_parts(struct json *j, const char *name, const struct top *top)
{
	json_open(j, name, '{');
	json_u64(j, "keys", top->keys);
	json_open(j, "rows", '[');
	for (size_t i = 0; i < top->count && top->rows[i].m.packets; i++) {
		json_open(j, NULL, '{');
		json_text(j, "key", top->rows[i].key);
		json_u64(j, "packets", top->rows[i].m.packets);
		json_u64(j, "sources", top->rows[i].m.sources);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void json_bytes(struct json *j, const struct payload_view *view)
{
	AUTO(buf_done) struct buf hex = {0};
	AUTO(buf_done) struct buf text = {0};

	for (size_t i = 0; i < view->entry->kept; i++)
		buf_printf(&hex, "%02x", view->bytes[i]);
	payload_text(view->bytes, view->entry->kept, &text);
	json_u64(j, "kept", view->entry->kept);
	json_text(j, "hex", buf_str(&hex));
	json_text(j, "text", buf_str(&text));
	j->out->failed |= hex.failed | text.failed;
}

static void print_json(struct buf *out, const struct payload_answer *answer)
{
	const struct payload_view *view = &answer->views.list[0];
	const struct top *top = answer->tops[0];
	struct json j = {.out = out};

	json_open(&j, NULL, '{');
	json_text(&j, "payload", view->entry->hash);
	payload_view_json(&j, view);
	answer_json_period(&j, "period", &top->question.period);
	json_u64(&j, "packets", top->total.packets);
	json_u64(&j, "sources", top->total.sources);
	json_open(&j, "by", '{');
	for (size_t i = 0; i < ARRAY_SIZE(by); i++)
		json_parts(&j, by[i].json, answer->tops[i]);
	json_close(&j, '}');
	json_bytes(&j, view);
	answer_json_approximate(&j, &top->approximate);
	answer_json_incomplete(&j, &top->incomplete);
	json_close(&j, '}');
	buf_char(out, '\n');
}

static void print_csv(struct buf *out, const struct payload_answer *answer)
{
	const struct top *all = answer->tops[0];

	buf_text(out, "dimension,key,packets,sources\n");
	buf_printf(out, "payload,%s,%" PRIu64 ",%" PRIu64 "\n", answer->views.entries[0].hash, all->total.packets,
		all->total.sources);
	for (size_t i = 0; i < ARRAY_SIZE(by); i++)
		for (size_t k = 0; k < answer->tops[i]->count; k++) {
			const struct top_row *row = &answer->tops[i]->rows[k];

			buf_printf(out, "%s,", dimension_name(by[i].dimension));
			buf_csv(out, row->key);
			buf_printf(out, ",%" PRIu64 ",%" PRIu64 "\n", row->m.packets, row->m.sources);
		}
}

/* --- raw --- */

static int open_raw(const char *path, FILE **ret, struct err *e)
{
	if (strcmp(path, "-") != 0) {
		*ret = fopen(path, "wbe");
		return *ret ? 0 : err_set(e, errno, "--raw %s: %s", path, strerror(errno));
	}
	if (isatty(STDOUT_FILENO))
		return err_set(e, EINVAL,
			TR("--raw -: not to a terminal; what a stranger sent could control it",
				"--raw -: 端末には書きません。外から届いた内容が端末を操作するおそれがあります"));
	*ret = stdout;
	return 0;
}

static int write_raw(const char *path, const struct payload_view *view, struct err *e)
{
	FILE *f;
	size_t len = view->entry->kept;
	int rc = open_raw(path, &f, e);

	if (rc < 0)
		return rc;
	bool done = fwrite(view->bytes, 1, len, f) == len;
	if (f != stdout)
		done = fclose(f) == 0 && done;
	return done ? 0 : err_set(e, EIO, "--raw %s: %s", path, strerror(errno));
}

/* --- the command --- */

static int show(const struct payload_options *o, const struct payload_answer *answer, struct err *e)
{
	AUTO(buf_done) struct buf out = {0};

	if (o->raw)
		return write_raw(o->raw, &answer->views.list[0], e) < 0 ? EXIT_FAILED : EXIT_DONE;
	if (o->format == FORMAT_JSON)
		print_json(&out, answer);
	else if (o->format == FORMAT_CSV)
		print_csv(&out, answer);
	else
		print_table(&out, answer);
	return answer_write(&out, e);
}

int command_payload(struct prog *p, int argc, char **argv, struct err *e)
{
	struct payload_options o = {.limit = LIMIT_DEFAULT};
	struct payload_answer answer = {0};
	char hash[PAYLOAD_TEXT];

	if (parse_options(argc, argv, &o, e) < 0)
		return EXIT_USAGE;
	if (o.help) {
		print_usage();
		return EXIT_DONE;
	}
	int rc = prog_store(p, false, e);
	if (rc == 0)
		rc = dictionary_find(&(struct analysis){.store = p->store}, o.hash, hash, e);
	if (rc == 0)
		rc = ask(p, &o, hash, &answer, e);
	int status = rc < 0 ? EXIT_FAILED : show(&o, &answer, e);
	answer_done(&answer);
	return status;
}
