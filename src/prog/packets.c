/* teiten packets: the raw packets behind any number, out of the archive. */
#include "prog/anonymise.h"
#include "prog/archive.h"
#include "prog/collected.h"
#include "prog/collected_take.h"
#include "prog/locate.h"
#include "prog/matching.h"
#include "prog/observer.h"
#include "prog/posted_stream.h"
#include "prog/prog.h"
#include "prog/rulebook.h"

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

/* Which frames of a capture are wanted: a bit each. An access may be known long after its packet has gone by, so a capture
 * is read once for choosing and once for writing. */
struct marks {
	uint64_t *words;
	size_t count;
};

/* What is wanted, and where it goes. */
struct selection {
	struct prog *prog;
	struct archive archive;
	const struct geo *geo;
	struct expr *where;
	struct period period;
	bool bounded; /* by period */
	uint64_t limit;
	struct anonymiser *anonymiser; /* NULL: --reveal */
	struct capture_writer *writer;
	const char *path;		 /* of the capture that is read now; NULL: it is a run of what a sensor posted */
	struct posted_stream run;
	struct inbox box;		 /* where those lie; its folder is "" when there is none here */
	const struct matching *matching; /* of the segment, and its frames */
	struct marks marks;
	bool has_no_memory;
	uint8_t *copy;		   /* FRAME_MAX bytes */
	uint64_t written, missing; /* packets; segments without a copy */
};

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

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

/* --- choosing --- */

static bool mark(struct marks *m, uint64_t frame)
{
	size_t word = frame / 64, count = m->count ? m->count : 64;

	while (count <= word)
		count *= 2;
	if (count > m->count) {
		uint64_t *words = reallocarray(m->words, count, sizeof(*words));

		if (!words)
			return false;
		memset(words + m->count, 0, (count - m->count) * sizeof(*words));
		*m = (struct marks){words, count};
	}
	m->words[word] |= UINT64_C(1) << frame % 64;
	return true;
}

static bool is_marked(const struct marks *m, uint64_t frame)
{
	return frame / 64 < m->count && m->words[frame / 64] >> frame % 64 & 1;
}

/* A question about detections wants the accesses of which one matches. */
static bool is_wanted(const struct selection *s, const struct judged *seen)
{
	const struct plant *plant = s->matching->plant;

	if (!expr_asks_detections(s->where))
		return expr_matches(s->where, &seen->access, plant);
	for (size_t i = 0; i < seen->rule_count; i++)
		if (expr_matches_detection(
			    s->where, &seen->access, &s->prog->rulebook->detections[seen->rules[i]], plant))
			return true;
	return false;
}

static void choose(void *owner, struct judged *seen)
{
	struct selection *s = owner;
	struct access *access = &seen->access;
	int64_t ts_s = access->ts_ns / 1000000000;

	if (s->bounded && (ts_s < s->period.from_s || ts_s >= s->period.to_s))
		return;
	if (!s->path && !posted_stream_has(&s->run, seen->frame))
		return;
	locate(s->prog, s->geo, access);
	if (is_wanted(s, seen) && !mark(&s->marks, seen->frame))
		s->has_no_memory = true;
}

/* Calls take() for each frame, with its number, until it fails. The archive keeps damaged captures as they came. */
static int read_capture(const char *path, posted_take *take, void *context, struct err *e)
{
	AUTO(capture_close) struct capture *capture = NULL;
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	uint64_t number = 0;
	int n = 1, rc = batch ? capture_open(path, 0, &capture, e) : no_memory(e);

	while (rc == 0 && (n = capture_read(capture, batch, e)) > 0)
		for (size_t i = 0; i < batch->count && rc == 0; i++)
			rc = take(context, &batch->frames[i], number++, e);
	if (rc == 0 && n == -EBADMSG)
		*e = (struct err){0};
	return rc < 0 || n >= 0 || n == -EBADMSG ? rc : n;
}

/* The same whichever it is. */
static int read_frames(struct selection *s, posted_take *take, void *context, struct err *e)
{
	if (s->path)
		return read_capture(s->path, take, context, e);
	s->run = posted_stream_of(&s->box, s->run.row);
	return posted_stream_read(&s->run, take, context, e);
}

struct choosing {
	struct selection *selection;
	struct observer_setup setup;
	struct observer *observer;
};

static int choose_frame(void *context, const struct frame *frame, uint64_t number, struct err *e)
{
	struct choosing *c = context;
	struct packet packet;
	struct judged seen;

	decode_frame(frame, c->selection->prog->settings.tunnels, &packet);
	enum verdict verdict = observer_look(&c->setup, &packet, number, &seen);
	observer_take(c->observer, &packet, verdict, &seen);
	return c->selection->has_no_memory ? no_memory(e) : 0;
}

static int choose_frames(struct selection *s, struct err *e)
{
	AUTO(labels_free) struct labels *labels = labels_new(groups_names(s->prog->groups));
	struct choosing c = {.selection = s,
		.setup = {.matching = s->matching,
			.rulebook = s->prog->rulebook,
			.labels = labels,
			.out = choose,
			.owner = s}};
	int rc = labels ? observer_new(&c.setup, &c.observer, e) : no_memory(e);

	if (rc == 0)
		rc = read_frames(s, choose_frame, &c, e);
	if (rc == 0)
		observer_end(c.observer);
	observer_free(c.observer);
	return rc == 0 && s->has_no_memory ? no_memory(e) : rc;
}

/* --- writing --- */

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

static int write_marked(void *context, const struct frame *frame, uint64_t number, struct err *e)
{
	struct selection *s = context;

	return s->written < s->limit && is_marked(&s->marks, number) ? write_packet(s, frame, e) : 0;
}

static int select_frames(struct selection *s, struct err *e)
{
	s->marks = (struct marks){0};
	int rc = choose_frames(s, e);

	if (rc == 0 && s->marks.count)
		rc = read_frames(s, write_marked, s, e);
	free(TAKE(s->marks.words));
	return rc;
}

static int select_segment(struct selection *s, const struct segment *segment, struct err *e)
{
	char path[PATH_MAX];
	struct matching matching = {0};

	archive_path(&s->archive, segment, path);
	if ((segment->accesses == 0 && segment->complete) || collected_is_batch(segment))
		return 0;
	if (!path[0] || access(path, R_OK) < 0) {
		s->missing++;
		return 0;
	}
	struct matching_question question = {
		.sensor = segment->sensor[0] ? segment->sensor : NULL, .path = path};
	int rc = matching_find(s->prog, &question, &matching, e);
	s->matching = &matching;
	s->path = path;
	if (rc == 0)
		rc = select_frames(s, e);
	matching_done(&matching);
	return rc;
}

/* Segments of the archive's other collectors, and those that it gave up, are missing here. */
static int select_run(struct selection *s, const struct posted *row, struct err *e)
{
	struct matching matching = {.plant = &s->prog->configured, .only = plant_named(&s->prog->configured, row->sensor)};
	struct err missing = {0};

	s->matching = &matching;
	s->path = NULL;
	s->run.row = row;
	int rc = matching.only < 0 || !s->box.folder[0] ? -ENOENT : select_frames(s, &missing);
	if (rc == -ENOENT)
		s->missing++;
	else if (rc < 0)
		*e = missing;
	return rc == -ENOENT ? 0 : rc;
}

static int select_posted(struct selection *s, struct span span, struct err *e)
{
	AUTO(free) struct posted *runs = NULL;
	char folder[PATH_MAX];
	struct err none = {0};
	int count = store_posted_runs(s->prog->store, span, &runs, e);
	int rc = count < 0 ? count : 0;

	if (collected_folder(s->prog, folder, &none) == 0)
		inbox_look(folder, &s->box);
	for (int i = 0; i < count && rc == 0 && s->written < s->limit; i++)
		rc = select_run(s, &runs[i], e);
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
	return rc < 0 ? rc : select_posted(s, s->bounded ? (struct span){from_s, to_s} : (struct span){0, UINT32_MAX}, e);
}

/* The words of the question: what is wrong with them is wrong usage. */
static int parse_question(struct selection *s, const struct packets_options *o, struct err *e)
{
	int rc = expr_parse(o->where, &s->where, e);

	if (rc == 0)
		rc = expr_check_packets(s->where, e);
	if (rc < 0 || !o->period)
		return rc;
	s->bounded = true;
	return period_parse(o->period, s->prog->now_s, &s->period, e);
}

/* The packets are judged again, by what is loaded now. */
static int check_signatures(const struct selection *s, struct err *e)
{
	if (!expr_asks_detections(s->where) || rulebook_signatures(s->prog->rulebook))
		return 0;
	return err_set(e, ENOENT,
		TR("no signatures are loaded to find their packets with: name their files in rules: of teiten.yaml",
			"シグネチャを読み込んでいないため、そのパケットを探せません。teiten.yaml の rules: にファイルを書いてください"));
}

static int prepare(
	struct selection *s, const struct packets_options *o, struct geo **geo, struct err *e)
{
	uint8_t key[ANONYMISE_KEY_SIZE];
	struct prog *p = s->prog;

	int rc = prog_geo(p, geo, e);
	if (rc == 0)
		rc = prog_rulebook(p, e);
	if (rc == 0)
		rc = check_signatures(s, e);
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
		return no_memory(e);
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
