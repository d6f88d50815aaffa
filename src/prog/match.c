/* teiten match: which rules match in captures. Needs no store and no sensors. */
#include "prog/match_print.h"
#include "prog/match_watch.h"
#include "prog/prog.h"
#include "prog/rules_told.h"

#include "base/text.h"
#include "base/yaml.h"
#include "capture/capture.h"
#include "session/defrag.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

enum { RULE_FILES_MAX = 256, THRESHOLD_COUNTS = 1 << 17, DEFRAG_PACKETS = 1024 };

struct match_options {
	struct rules_file files[RULE_FILES_MAX];
	size_t file_count;
	const char *vars, *suppress;
	enum rules_dialect dialect;
	struct watch_options watch;
	bool summary, help;
};

/* One run over all captures. */
struct match {
	const struct rules *rules;
	struct watch *watch;
	struct defrag *defrag;
	const char *file;
	struct buf line;
	uint64_t *counts; /* by rule; NULL: alerts are printed */
};

static void print_usage(void)
{
	fputs(TR("usage: teiten match --rules FILE [--rules FILE]... [OPTION]... CAPTURE...\n"
		 "Prints one JSON line for each alert of the rules in the captures; needs no store.\n"
		 "  --vars FILE               addresses and ports that rules name by $ (JSON or YAML)\n"
		 "  --dialect suricata|snort  the language of the files (default: suricata)\n"
		 "  --suppress FILE           lines `suppress gen_id G, sig_id S[, track by_src|by_dst, ip PREFIX]`\n"
		 "  --midstream               TCP conversations whose start is not in the capture count as established\n"
		 "  --at-once                 judge bytes when they come, not when they were acknowledged: for captures with one direction\n"
		 "  --summary                 print `SID<TAB>COUNT` for each rule with alerts instead\n"
		 "Exit status: 0 all was read; 1 a file could not be read, or a rule is malformed; 2 wrong usage.\n",
		      "使い方: teiten match --rules ファイル [--rules ファイル]… [オプション]… キャプチャ…\n"
		      "キャプチャに対するルールのアラートを 1 件 1 行の JSON で出力します。store は要りません。\n"
		      "  --vars ファイル           $ で参照するアドレスとポート（JSON または YAML）\n"
		      "  --dialect suricata|snort  ルールの言語（既定: suricata）\n"
		      "  --suppress ファイル       「suppress gen_id G, sig_id S[, track by_src|by_dst, ip プレフィックス]」の行\n"
		      "  --midstream               始まりがキャプチャにない TCP も確立済みとみなす\n"
		      "  --at-once                 データを確認応答を待たずに調べる（片方向のキャプチャ向け）\n"
		      "  --summary                 アラートのあったルールごとに「SID<TAB>件数」だけを出力する\n"
		      "終了コード: 0 すべて読めた、1 読めないファイルまたは書式の誤ったルールがある、2 使い方の誤り\n"),
		stdout);
}

/* ---- options ---- */

enum { OPTION_RULES = 256, OPTION_VARS, OPTION_DIALECT, OPTION_SUPPRESS, OPTION_MIDSTREAM, OPTION_AT_ONCE, OPTION_SUMMARY };

static int add_file(struct match_options *o, const char *name, struct err *e)
{
	if (o->file_count == RULE_FILES_MAX)
		return err_set(e, EINVAL, TR("--rules: more than %d files", "--rules: ファイルが %d 個を超えています"), RULE_FILES_MAX);
	o->files[o->file_count++].name = name;
	return 0;
}

static int parse_option(int option, struct match_options *o, struct err *e)
{
	switch (option) {
	case OPTION_RULES:
		return add_file(o, optarg, e);
	case OPTION_VARS:
		o->vars = optarg;
		return 0;
	case OPTION_DIALECT:
		return rules_dialect_parse(optarg, &o->dialect, e);
	case OPTION_SUPPRESS:
		o->suppress = optarg;
		return 0;
	case OPTION_MIDSTREAM:
		o->watch.midstream = true;
		return 0;
	case OPTION_AT_ONCE:
		o->watch.at_once = true;
		return 0;
	case OPTION_SUMMARY:
		o->summary = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		return err_set(e, EINVAL,
			TR("match: unknown option or missing value: see teiten match --help",
				"match: オプションの誤りです（teiten match --help を見てください）"));
	}
}

static int parse_options(int argc, char **argv, struct match_options *o, struct err *e)
{
	static const struct option longs[] = {{"rules", required_argument, NULL, OPTION_RULES},
		{"vars", required_argument, NULL, OPTION_VARS}, {"dialect", required_argument, NULL, OPTION_DIALECT},
		{"suppress", required_argument, NULL, OPTION_SUPPRESS}, {"midstream", no_argument, NULL, OPTION_MIDSTREAM},
		{"at-once", no_argument, NULL, OPTION_AT_ONCE}, {"summary", no_argument, NULL, OPTION_SUMMARY},
		{"help", no_argument, NULL, 'h'}, {0}};
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		int rc = parse_option(option, o, e);
		if (rc < 0)
			return rc;
	}
	if (o->help)
		return 0;
	if (o->file_count == 0 || optind == argc)
		return err_set(e, EINVAL,
			o->file_count == 0 ? TR("match: --rules FILE is missing", "match: --rules ファイル がありません")
					   : TR("match: name a capture", "match: キャプチャを指定してください"));
	for (size_t i = 0; i < o->file_count; i++)
		o->files[i].dialect = o->dialect;
	return 0;
}

/* ---- rules ---- */

static int load(const struct match_options *o, struct rules **ret, uint64_t *ret_malformed, struct err *e)
{
	AUTO(rules_report_done) struct rules_report report = {0};
	AUTO(yaml_free) struct yaml *owner = NULL;
	AUTO(free) struct rules_var *vars = calloc(RULES_VARS_MAX, sizeof(*vars));
	struct rules_source source = {.files = o->files, .file_count = o->file_count, .vars = vars, .state = true};

	if (!vars)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = o->vars ? rules_vars_read(o->vars, vars, &source.var_count, &owner, e) : 0;
	if (rc == 0)
		rc = rules_load(&source, ret, &report, e);
	for (size_t i = 0; rc == 0 && i < report.malformed + report.unsupported; i++)
		rules_refused_print(stderr, &report.refused[i]);
	*ret_malformed = report.malformed;
	return rc;
}

static int load_suppress(struct thresholds *t, const char *path, struct err *e)
{
	uint64_t left_out = 0;
	int rc = thresholds_read(t, path, &left_out, e);

	if (left_out)
		fprintf(stderr,
			TR("teiten: %s: %" PRIu64 " lines that suppress nothing are not used\n",
				"teiten: %s: suppress でない %" PRIu64 " 行は使われません\n"),
			path, left_out);
	return rc;
}

/* ---- captures ---- */

static void take_alert(void *owner, const struct watch_alert *alert)
{
	struct match *m = owner;

	if (m->counts) {
		m->counts[alert->index]++;
		return;
	}
	buf_clear(&m->line);
	alert_print(&m->line, alert, m->file);
	fputs(buf_str(&m->line), stdout);
}

/* A fragment is looked at as it came, and the packet that it completes, too. */
static void take_packet(struct match *m, const struct packet *p, uint64_t number)
{
	struct packet whole;

	watch_packet(m->watch, p, number, false);
	if (defrag_add(m->defrag, p, &whole))
		watch_packet(m->watch, &whole, number, true);
}

/* A packet in a tunnel is one that the tunnel's packet brings: both are looked at. */
static void take_frame(struct match *m, const struct frame *frame, uint64_t number)
{
	struct packet outer, inner;

	decode_frame(frame, true, &inner);
	if (inner.tunnels > 0) {
		decode_frame(frame, false, &outer);
		take_packet(m, &outer, number);
	}
	take_packet(m, &inner, number);
}

static int match_capture(struct match *m, const char *path, struct err *e)
{
	AUTO(capture_close) struct capture *capture = NULL;
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	uint64_t number = 0;
	int rc = batch ? capture_open(path, 0, &capture, e) : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));

	m->file = path;
	while (rc >= 0 && (rc = capture_read(capture, batch, e)) > 0)
		for (size_t i = 0; i < batch->count; i++)
			take_frame(m, &batch->frames[i], ++number);
	watch_flush(m->watch);
	return rc;
}

struct sid_count {
	uint32_t sid;
	uint64_t count;
};

static int compare_sids(const void *a, const void *b)
{
	const struct sid_count *x = a, *y = b;

	return (x->sid > y->sid) - (x->sid < y->sid);
}

static int print_counts(const struct match *m, struct err *e)
{
	size_t count = rules_count(m->rules);
	AUTO(free) struct sid_count *sums = calloc(count + 1, sizeof(*sums));

	if (!sums)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (uint32_t i = 0; i < count; i++)
		sums[i] = (struct sid_count){.sid = rules_info(m->rules, i)->sid, .count = m->counts[i]};
	qsort(sums, count, sizeof(*sums), compare_sids);
	for (size_t i = 0; i < count; i++) {
		if (i + 1 < count && sums[i].sid == sums[i + 1].sid) /* the same sid in another gid */
			sums[i + 1].count += sums[i].count;
		else if (sums[i].count > 0)
			printf("%" PRIu32 "\t%" PRIu64 "\n", sums[i].sid, sums[i].count);
	}
	return 0;
}

/* What was not seen because a limit was reached. */
static void tell_limits(const struct match *m)
{
	const struct rules_limits *l = watch_limits(m->watch);
	const struct session_stats *s = watch_sessions(m->watch);

	if (l->pcre || l->recursion || l->matches || l->buffers || l->state)
		fprintf(stderr,
			TR("teiten: match: limits reached: pcre %" PRIu64 ", contents %" PRIu64 ", matches %" PRIu64 ", buffers %" PRIu64
			   ", bits %" PRIu64 "\n",
				"teiten: match: 上限に達した回数: pcre %" PRIu64 "、content %" PRIu64 "、一致 %" PRIu64 "、バッファー %" PRIu64
				"、ビット %" PRIu64 "\n"),
			l->pcre, l->recursion, l->matches, l->buffers, l->state);
	if (s->ended_full || s->refused_bytes || defrag_refused(m->defrag))
		fprintf(stderr,
			TR("teiten: match: no room: %" PRIu64 " conversations ended early, %" PRIu64 " bytes and %" PRIu64
			   " fragments left out\n",
				"teiten: match: 容量不足: 早く終わらせた通信 %" PRIu64 "、使わなかったデータ %" PRIu64 " バイト、断片 %" PRIu64
				"\n"),
			s->ended_full, s->refused_bytes, defrag_refused(m->defrag));
}

static int match_all(const struct match_options *o, char **captures, size_t count, struct err *e)
{
	AUTO(rules_free) struct rules *rules = NULL;
	AUTO(thresholds_free) struct thresholds *thresholds = thresholds_new(THRESHOLD_COUNTS);
	AUTO(watch_free) struct watch *watch = NULL;
	AUTO(defrag_free) struct defrag *defrag = defrag_new(DEFRAG_PACKETS);
	AUTO(free) uint64_t *counts = NULL;
	uint64_t malformed = 0;
	int rc = thresholds && defrag ? load(o, &rules, &malformed, e) : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));

	if (rc == 0 && o->suppress)
		rc = load_suppress(thresholds, o->suppress, e);
	if (rc == 0)
		rc = watch_new(rules, thresholds, &o->watch, &watch, e);
	if (rc == 0 && o->summary && !(counts = calloc(rules_count(rules) + 1, sizeof(*counts))))
		rc = err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	if (rc < 0)
		return rc;
	struct match m = {.rules = rules, .watch = watch, .defrag = defrag, .counts = counts};
	watch_tell(watch, take_alert, &m);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = match_capture(&m, captures[i], e);
	buf_done(&m.line);
	if (rc == 0 && o->summary)
		rc = print_counts(&m, e);
	tell_limits(&m);
	if (rc == 0 && malformed > 0)
		rc = err_set(e, EINVAL, TR("match: %" PRIu64 " malformed rules were left out", "match: 書式の誤ったルール %" PRIu64 " 件を除きました"),
			malformed);
	return rc;
}

int command_match(struct prog *p, int argc, char **argv, struct err *e)
{
	AUTO(free) struct match_options *o = calloc(1, sizeof(*o));

	if (!o) {
		err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		return EXIT_FAILED;
	}
	if (parse_options(argc, argv, o, e) < 0)
		return EXIT_USAGE;
	if (o->help) {
		print_usage();
		return EXIT_DONE;
	}
	return match_all(o, argv + optind, (size_t)(argc - optind), e) < 0 ? EXIT_FAILED : EXIT_DONE;
}
