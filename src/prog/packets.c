/* teiten packets: the raw packets behind any number, out of the archive. */
#include "prog/anonymise.h"
#include "prog/archive.h"
#include "prog/locate.h"
#include "prog/matching.h"
#include "prog/prog.h"

#include "base/number.h"
#include "base/text.h"
#include "capture/capture.h"
#include "capture/writer.h"
#include "observe/observe.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

enum { FRAME_MAX = 1 << 18 };

struct packets_options {
	const char *period, *where, *output;
	uint64_t limit;
	bool reveal, help;
};

/* What is wanted, and where it goes. */
struct selection {
	struct prog *prog;
	struct archive archive;
	const struct geo *geo;
	struct expr *where;
	struct labels *labels; /* of the segment */
	struct period period;
	bool bounded; /* by period */
	uint64_t limit;
	struct anonymiser *anonymiser; /* NULL: --reveal */
	struct capture_writer *writer;
	uint8_t *copy;		   /* FRAME_MAX bytes */
	uint64_t written, missing; /* packets; segments without a copy */
};

static void print_usage(void)
{
	fputs(TR("usage: teiten packets [--period P] [--where EXPR] [--limit N] [--reveal] -w "
		 "FILE\n"
		 "Writes the raw packets behind a number as pcapng (- is standard output; .gz .zst "
		 ".xz .lz4 compress).\n"
		 "Sensor addresses are anonymised, keeping prefixes, unless --reveal is given.\n",
		      "使い方: teiten packets [--period 期間] [--where 式] [--limit 件数] "
		      "[--reveal] -w ファイル\n"
		      "数値のもとになったパケットを pcapng で書き出します（- は標準出力。.gz .zst "
		      ".xz .lz4 は圧縮）。\n"
		      "--reveal "
		      "がなければ、センサーのアドレスはプレフィックスを保って匿名化します。\n"),
		stdout);
}

static int parse_option(int option, struct packets_options *o, struct err *e)
{
	switch (option) {
	case 'p':
		o->period = optarg;
		return 0;
	case 'q':
		o->where = optarg;
		return 0;
	case 'w':
		o->output = optarg;
		return 0;
	case 'r':
		o->reveal = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	case 'l':
		if (number_u64(optarg, 1, UINT64_MAX, &o->limit))
			return 0;
		return err_set(e, EINVAL,
			TR("--limit: \"%s\" is no number from 1",
				"--limit:「%s」は 1 以上の数ではありません"),
			optarg);
	default:
		return err_set(e, EINVAL,
			TR("packets: unknown option or missing value: see teiten packets --help",
				"packets: オプションの誤りです（teiten packets --help "
				"を見てください）"));
	}
}

static int parse_options(int argc, char **argv, struct packets_options *o, struct err *e)
{
	static const struct option longs[] = {{"period", required_argument, NULL, 'p'},
		{"where", required_argument, NULL, 'q'}, {"write", required_argument, NULL, 'w'},
		{"limit", required_argument, NULL, 'l'}, {"reveal", no_argument, NULL, 'r'},
		{"help", no_argument, NULL, 'h'}, {0}};
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, "w:h", longs, NULL)) != -1) {
		int rc = parse_option(option, o, e);
		if (rc < 0)
			return rc;
	}
	if (o->help)
		return 0;
	if (optind < argc)
		return err_set(e, EINVAL,
			TR("packets: unexpected \"%s\"", "packets: 余分な引数「%s」"),
			argv[optind]);
	if (!o->output)
		return err_set(e, EINVAL,
			TR("packets: -w FILE is missing", "packets: -w ファイル がありません"));
	return 0;
}

static bool is_wanted(const struct selection *s, const struct matching *m, const struct packet *p)
{
	struct access access;
	int64_t ts_s = p->ts_ns / 1000000000;

	if (s->bounded && (ts_s < s->period.from_s || ts_s >= s->period.to_s))
		return false;
	if (observe(m->plant, m->only, s->labels, p, &access) != VERDICT_ACCESS)
		return false;
	locate(s->prog, s->geo, &access);
	return expr_matches(s->where, &access, m->plant);
}

static int write_packet(struct selection *s, const struct frame *frame, struct err *e)
{
	struct frame out = *frame;

	if (s->anonymiser && frame->cap_len <= FRAME_MAX) {
		struct packet packet;

		memcpy(s->copy, frame->data, frame->cap_len);
		out.data = s->copy;
		decode_frame(&out, s->prog->settings.tunnels, &packet);
		anonymise_frame(s->anonymiser, &s->prog->plant, &packet, s->copy, out.cap_len, out.link_type);
	}
	s->written++;
	return writer_add(s->writer, &out, e);
}

static int select_frames(
	struct selection *s, const struct matching *m, struct capture *capture, struct err *e)
{
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	int n;

	if (!batch)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	while (s->written < s->limit && (n = capture_read(capture, batch, e)) != 0) {
		if (n == -EBADMSG) /* the archive keeps damaged captures as they came */
			break;
		if (n < 0)
			return n;
		for (size_t i = 0; i < batch->count && s->written < s->limit; i++) {
			struct packet packet;

			decode_frame(&batch->frames[i], s->prog->settings.tunnels, &packet);
			int rc = is_wanted(s, m, &packet) ? write_packet(s, &batch->frames[i], e)
							  : 0;

			if (rc < 0)
				return rc;
		}
	}
	*e = (struct err){0};
	return 0;
}

static int begin_labels(struct selection *s, struct err *e)
{
	s->labels = labels_new(groups_names(s->prog->groups));
	return s->labels ? 0 : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static int select_segment(struct selection *s, const struct segment *segment, struct err *e)
{
	char path[PATH_MAX];
	struct matching matching = {0};
	AUTO(capture_close) struct capture *capture = NULL;

	archive_path(&s->archive, segment, path);
	if (segment->accesses == 0 && segment->complete)
		return 0;
	if (!path[0] || access(path, R_OK) < 0) {
		s->missing++;
		return 0;
	}
	struct matching_question question = {
		.sensor = segment->sensor[0] ? segment->sensor : NULL, .path = path};
	int rc = matching_find(s->prog, &question, &matching, e);
	if (rc == 0)
		rc = begin_labels(s, e);
	if (rc == 0)
		rc = capture_open(path, 0, &capture, e);
	if (rc == 0)
		rc = select_frames(s, &matching, capture, e);
	labels_free(TAKE(s->labels));
	matching_done(&matching);
	return rc;
}

static int select_all(struct selection *s, struct err *e)
{
	AUTO(free) struct segment *segments = NULL;
	int64_t from_s = s->bounded ? s->period.from_s : INT64_MIN;
	int64_t to_s = s->bounded ? s->period.to_s : INT64_MAX;
	int count = store_segments(s->prog->store, from_s, to_s, &segments, e);
	int rc = count < 0 ? count : 0;

	for (int i = 0; i < count && rc == 0 && s->written < s->limit; i++)
		rc = select_segment(s, &segments[i], e);
	return rc;
}

/* The words of the question: what is wrong with them is wrong usage. */
static int parse_question(struct selection *s, const struct packets_options *o, struct err *e)
{
	int rc = expr_parse(o->where, &s->where, e);

	if (rc == 0)
		rc = expr_check_accesses(s->where, e);
	if (rc < 0 || !o->period)
		return rc;
	s->bounded = true;
	return period_parse(o->period, s->prog->now_s, &s->period, e);
}

static int prepare(
	struct selection *s, const struct packets_options *o, struct geo **geo, struct err *e)
{
	uint8_t key[ANONYMISE_KEY_SIZE];
	struct prog *p = s->prog;

	int rc = prog_geo(p, geo, e);
	if (rc == 0)
		rc = prog_store(p, false, e);
	if (rc < 0)
		return rc;
	rc = expr_check_sensors(s->where, &p->plant, e);
	if (rc < 0)
		return rc;
	archive_of(p, &s->archive);
	if (!s->archive.folder[0])
		return err_set(e, EINVAL,
			TR("packets come from the archive, and a server's store has none: set "
			   "archive.folder before importing",
				"パケットはアーカイブから取り出しますが、サーバーの store "
				"にはアーカイブがありません。取り込む前に archive.folder "
				"を設定してください"));
	s->geo = *geo;
	s->copy = malloc(FRAME_MAX);
	if (!s->copy)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	if (!o->reveal) {
		const char *folder = store_folder(p->store);

		rc = anonymise_key(folder ? folder : s->archive.folder, key, e);
		if (rc == 0)
			rc = anonymiser_new(key, &s->anonymiser, e);
	}
	return rc < 0 ? rc : writer_open(o->output, WRITER_PCAPNG, LINK_ETHERNET, &s->writer, e);
}

static void tell(const struct selection *s, const char *output)
{
	fprintf(stderr,
		TR("%" PRIu64 " packets written to %s\n",
			"%" PRIu64 " パケットを %s に書きました\n"),
		s->written, strcmp(output, "-") == 0 ? TR("standard output", "標準出力") : output);
	if (s->missing)
		fprintf(stderr,
			TR("%" PRIu64 " captures of that time are not in the archive: their "
				      "packets are missing\n",
				"この期間のキャプチャのうち %" PRIu64
				" 個は保存されていないため、そのパケットは含まれません\n"),
			s->missing);
}

int command_packets(struct prog *p, int argc, char **argv, struct err *e)
{
	struct packets_options options = {.limit = UINT64_MAX};
	struct selection selection = {.prog = p};
	AUTO(geo_close) struct geo *geo = NULL;

	if (parse_options(argc, argv, &options, e) < 0)
		return EXIT_USAGE;
	if (options.help) {
		print_usage();
		return EXIT_DONE;
	}
	selection.limit = options.limit;
	if (parse_question(&selection, &options, e) < 0) {
		expr_free(selection.where);
		return EXIT_USAGE;
	}
	int rc = prepare(&selection, &options, &geo, e);
	if (rc == 0)
		rc = select_all(&selection, e);
	if (rc == 0)
		rc = writer_commit(selection.writer, e);
	if (rc == 0)
		tell(&selection, options.output);
	writer_close(selection.writer);
	anonymiser_free(selection.anonymiser);
	expr_free(selection.where);
	free(selection.copy);
	return rc < 0 ? EXIT_FAILED : EXIT_DONE;
}
