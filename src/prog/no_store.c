#include "prog/no_store.h"

#include "analysis/tally.h"
#include "base/text.h"
#include "capture/capture.h"
#include "prog/account.h"
#include "prog/answer.h"
#include "prog/observer.h"
#include "prog/progress.h"
#include "prog/result.h"
#include "prog/top_print.h"

#include <errno.h>
#include <string.h>

struct counting {
	struct prog *prog;
	const struct no_store_input *in;
	const char *own; /* the one sensor that is not configured; NULL: there is none */
	const struct geo *geo;
	struct tally *tally;
	struct labels *labels;
	struct expr *where;
	bool asks_labels, asks_rules, asks_bursts; /* what costs time is made only for questions about it */
	struct coverage *coverage; /* of all files */
	size_t coverage_count;
	struct prefix *prefixes; /* of own, of all files */
	size_t prefix_count;
	size_t taken; /* files that could be read, if only in part */
	struct span covered, any; /* without and with wrong clocks; to_s inclusive */
};

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* --- one capture --- */

struct counting_run {
	struct counting *counting;
	struct matching matching;
	struct account account;
	struct capture *capture;
	struct progress *progress;
	struct intake_result *result;
	uint16_t first_sensor; /* the number in the whole plant of the first one in matching's */
	struct observer_setup setup;
	struct observer *observer;
};

static void take_access(void *owner, struct judged *seen)
{
	struct counting_run *run = owner;
	uint16_t sensor = seen->access.sensor;

	run->account.sensor_packets[sensor]++;
	tally_add(run->counting->tally, &seen->access, run->matching.plant, (uint16_t)(run->first_sensor + sensor));
}

static int count_frames(struct counting_run *run, struct err *e)
{
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	const struct stream *stream = capture_stream(run->capture);

	if (!batch)
		return no_memory(e);
	while (capture_read(run->capture, batch, &run->result->damage) > 0) {
		observer_frames(run->observer, run->counting->prog, run->counting->geo, &run->account, batch->frames, batch->count);
		progress_draw(run->progress, stream_bytes_in(stream), stream_bytes_total(stream),
			run->result->segment.frames);
	}
	observer_end(run->observer);
	return 0;
}

static int begin_observer(struct counting_run *run, struct err *e)
{
	const struct counting *c = run->counting;

	run->setup = (struct observer_setup){.matching = &run->matching,
		.rulebook = c->asks_rules ? c->prog->rulebook : NULL,
		.labels = c->asks_labels ? c->labels : NULL,
		.without_bursts = !c->asks_bursts,
		.out = take_access,
		.owner = run};
	return observer_new(&run->setup, &run->observer, e);
}

static void *append(void *items, size_t *count, const void *more, size_t more_count, size_t size)
{
	char *all = reallocarray(items, *count + more_count + 1, size);

	if (!all)
		return NULL;
	memcpy(all + *count * size, more, more_count * size);
	*count += more_count;
	return all;
}

/* A sensor that is not configured has all addresses that it had in any of the captures, as it would have in a store. */
static int keep_addresses(struct counting *c, const struct matching *m, struct err *e)
{
	if (!c->own || m->plant->count == 0)
		return 0;
	const struct sensor *s = &m->plant->sensors[0];
	struct prefix *all = append(
		c->prefixes, &c->prefix_count, s->prefixes, s->prefix_count, sizeof(*all));
	if (!all)
		return no_memory(e);
	c->prefixes = all;
	return 0;
}

static void widen(struct span *all, int64_t from_s, int64_t to_s)
{
	all->from_s = from_s < all->from_s ? from_s : all->from_s;
	all->to_s = to_s > all->to_s ? to_s : all->to_s;
}

static int keep_coverage(struct counting_run *run, struct err *e)
{
	struct counting *c = run->counting;
	AUTO(free) struct coverage *coverage = NULL;
	int count = account_coverage(&run->account, &run->matching, &coverage, e);

	if (count < 0)
		return count;
	struct coverage *all = append(
		c->coverage, &c->coverage_count, coverage, (size_t)count, sizeof(*coverage));
	if (!all)
		return no_memory(e);
	c->coverage = all;
	widen(&c->covered, run->account.covered.from_s, run->account.covered.to_s);
	if (run->account.has_time)
		widen(&c->any, run->result->segment.first_s, run->result->segment.last_s);
	return keep_addresses(c, &run->matching, e);
}

static int run_capture(struct counting_run *run, const char *path, struct err *e)
{
	struct segment *s = &run->result->segment;
	int rc = account_begin(
		&run->account, run->result, &run->matching, run->counting->prog->now_s, e);

	if (rc == 0)
		rc = begin_observer(run, e);
	if (rc == 0)
		rc = capture_open(path, 0, &run->capture, e);
	if (rc == 0)
		rc = count_frames(run, e);
	if (rc < 0)
		return rc;
	const struct capture_stats *stats = capture_stats(run->capture);
	s->dropped = stats->dropped;
	s->cut_off = stats->cut_off || run->result->damage.text[0];
	run->result->inferred = matching_is_inferred(&run->matching);
	run->result->inference_cut = run->matching.inference_cut;
	return keep_coverage(run, e);
}

static int find_sensors(struct counting_run *run, const char *path, struct err *e)
{
	struct counting *c = run->counting;
	struct matching_question q = {.sensor = c->in->sensor,
		.addresses = c->in->addresses,
		.address_count = c->in->address_count,
		.path = path};

	if (c->own && c->in->address_count == 0 && strcmp(path, "-") == 0)
		return err_set(e, EINVAL,
			TR("without a store it is read once, so that no sensor addresses can be inferred: "
			   "give --sensor and --addresses, or sensors in teiten.yaml",
				"保存しないときは一度しか読めず、センサーのアドレスを推定できません。--sensor と "
				"--addresses、または teiten.yaml のセンサーを指定してください"));
	run->first_sensor = c->own ? (uint16_t)c->prog->plant.count : 0;
	progress_phase(run->progress, TR("reading", "読込中"));
	return matching_find(c->prog, &q, &run->matching, e);
}

static int count_file(struct counting *c, const char *path, const char *name,
	struct intake_result *ret, struct err *e)
{
	struct progress progress;
	struct counting_run run = {.counting = c, .progress = &progress, .result = ret};

	*ret = (struct intake_result){0};
	labels_begin(c->labels);
	progress_start(&progress, name);
	snprintf(ret->segment.name, sizeof(ret->segment.name), "%s", progress.what);
	int rc = find_sensors(&run, path, e);
	progress_phase(&progress, TR("counting", "集計中"));
	if (rc == 0)
		rc = run_capture(&run, path, e);
	ret->seconds = progress_stop(&progress);
	capture_close(run.capture);
	observer_free(run.observer);
	matching_done(&run.matching);
	account_done(&run.account);
	return rc;
}

/* --- all of them --- */

/* False when it failed, or only a part of it could be counted. */
static bool take_file(struct counting *c, const char *path, const char *name)
{
	struct intake_result result;
	struct err e = {0};
	int rc = count_file(c, path, name, &result, &e);

	c->taken += rc == 0;
	if (rc == 0)
		result_print(&result, stderr);
	if (rc == 0 && result.damage.text[0])
		e = result.damage;
	if (e.text[0])
		result_failure(name, &e);
	return !e.text[0];
}

/* Returns how many failed. */
static size_t take_files(struct counting *c)
{
	const struct import_plan *plan = c->in->plan;
	size_t failed = plan->failure_count;

	for (size_t i = 0; i < plan->read; i++) {
		const char *path = import_plan_at(plan, i)->path;

		failed += !take_file(c, path, path);
	}
	if (plan->standard_input)
		failed += !take_file(c, "-", TR("standard input", "標準入力"));
	if (plan->skipped)
		fprintf(stderr,
			TR("%zu files skipped as no captures\n", "キャプチャでないファイル %zu は読みません\n"),
			plan->skipped);
	return failed;
}

/* --- the answers --- */

static int by_sensor_and_time(const void *a, const void *b)
{
	const struct coverage *x = a, *y = b;
	int order = strcmp(x->sensor, y->sensor);

	return order ? order : (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

/* Intervals of one sensor that overlap or meet become one, so that no time counts twice. */
static void merge_coverage(struct counting *c)
{
	size_t kept = 0;

	if (c->coverage_count == 0)
		return;
	qsort(c->coverage, c->coverage_count, sizeof(*c->coverage), by_sensor_and_time);
	for (size_t i = 0; i < c->coverage_count; i++) {
		const struct coverage *one = &c->coverage[i];
		struct coverage *last = kept ? &c->coverage[kept - 1] : NULL;

		if (last && strcmp(last->sensor, one->sensor) == 0 && one->from_s <= last->to_s)
			last->to_s = one->to_s > last->to_s ? one->to_s : last->to_s;
		else
			c->coverage[kept++] = *one;
	}
	c->coverage_count = kept;
}

/* The plant that the answers are about. */
static int complete_plant(struct counting *c, struct err *e)
{
	struct plant *plant = &c->prog->plant;

	if (c->prefix_count == 0)
		return 0;
	int rc = plant_add(
		plant, c->own, c->prefixes, c->prefix_count, c->in->address_count == 0, e);
	return rc < 0 ? rc : plant_index(plant, e);
}

/* From the first frame to the last; where all clocks are wrong, by those. */
static struct period period_of(const struct counting *c)
{
	const struct span *span = c->covered.from_s <= c->covered.to_s ? &c->covered : &c->any;

	return span->from_s <= span->to_s ? period_of_times(span->from_s, span->to_s + 1)
					  : (struct period){0};
}

static int print_answer(struct counting *c, const struct no_store_options *o, size_t at,
	struct buf *out, struct err *e)
{
	AUTO(top_free) struct top *top = NULL;
	struct captured by = {
		&c->prog->plant, c->coverage, c->coverage_count, c->prog->now_s};
	struct period period = period_of(c);
	int rc = tally_top(c->tally, at, &by, &period, o->limit, &top, e);

	if (rc < 0)
		return rc;
	AUTO(names_done) struct names names = {0};
	if (o->format == FORMAT_TABLE)
		names_add(&names, c->prog, top->question.dimension);
	if (at > 0 && o->format != FORMAT_JSON)
		buf_char(out, '\n');
	top_print(top, o->format, &names, NULL, out);
	return 0;
}

static int print_answers(struct counting *c, const struct no_store_options *o, struct err *e)
{
	AUTO(buf_done) struct buf out = {0};
	int rc = complete_plant(c, e);

	merge_coverage(c);
	for (size_t i = 0; rc == 0 && i < o->dimension_count; i++)
		rc = print_answer(c, o, i, &out, e);
	return rc < 0 ? EXIT_FAILED : answer_write(&out, e);
}

/* --- the command --- */

/* Sensors of teiten.yaml, or the one that is not there. */
static int check_sensors(const struct counting *c, struct err *e)
{
	struct prefix any = {.addr = addr_from_v4(0), .bits = 128};
	struct plant own = {0};
	struct err ignored = {0};

	if (expr_check_sensors(c->where, &c->prog->plant, e) == 0)
		return 0;
	int rc = c->own ? plant_add(&own, c->own, &any, 1, false, &ignored) : -ENOENT;
	if (rc == 0)
		rc = expr_check_sensors(c->where, &own, &ignored);
	plant_done(&own);
	if (rc == 0)
		*e = (struct err){0};
	return rc;
}

static int parse_where(struct counting *c, const char *where, struct err *e)
{
	int rc = where ? expr_parse(where, &c->where, e) : 0;

	if (rc == 0)
		rc = expr_check_accesses(c->where, e);
	if (rc == 0)
		rc = check_sensors(c, e);
	return rc < 0 ? err_context(e, rc, "--where: ") : 0;
}

static bool asks(const struct counting *c, const struct no_store_options *o, enum dimension dimension)
{
	for (size_t i = 0; i < o->dimension_count; i++)
		if (o->dimensions[i] == dimension)
			return true;
	return expr_names(c->where, dimension);
}

/* Tags come from headers, rules and what follows a handshake. */
static void find_what_is_asked(struct counting *c, const struct no_store_options *o)
{
	c->asks_rules = asks(c, o, DIMENSION_tag);
	c->asks_labels = c->asks_rules || asks(c, o, DIMENSION_tcp_opts) || asks(c, o, DIMENSION_group) || asks(c, o, DIMENSION_verdict);
	c->asks_bursts = c->asks_rules || asks(c, o, DIMENSION_payload) || asks(c, o, DIMENSION_handshake);
}

static int begin(struct counting *c, const struct no_store_options *o, const struct geo *geo,
	struct err *e)
{
	struct tally_question q = {.dimensions = o->dimensions,
		.count = o->dimension_count,
		.where = c->where,
		.memory_bytes = c->prog->settings.tally_mib << 20};

	c->geo = geo;
	find_what_is_asked(c, o);
	c->tally = tally_new(&q);
	c->labels = labels_new(groups_names(c->prog->groups));
	if (c->tally && c->labels)
		return 0;
	return err_set(e, ENOMEM,
		TR("out of memory: lower import.tally_mib",
			"メモリーが足りません。import.tally_mib を下げてください"));
}

static void done(struct counting *c)
{
	tally_free(c->tally);
	labels_free(c->labels);
	expr_free(c->where);
	free(c->coverage);
	free(c->prefixes);
}

static int run(struct counting *c, const struct no_store_options *o, struct err *e)
{
	AUTO(geo_close) struct geo *geo = NULL;
	int rc = prog_geo(c->prog, &geo, e);

	if (rc == 0)
		rc = prog_rulebook(c->prog, e);
	if (rc == 0)
		rc = begin(c, o, geo, e);
	if (rc < 0)
		return EXIT_FAILED;
	size_t failed = take_files(c);
	if (failed && c->taken == 0)
		return EXIT_FAILED;
	int status = print_answers(c, o, e);
	return status == EXIT_DONE && failed ? EXIT_FAILED : status;
}

int no_store_run(struct prog *p, const struct no_store_options *o, const struct no_store_input *in,
	struct err *e)
{
	struct no_store_options options = *o;
	struct counting c = {.prog = p,
		.in = in,
		.own = matching_own_name(p, in->sensor),
		.covered = {INT64_MAX, INT64_MIN},
		.any = {INT64_MAX, INT64_MIN}};

	if (options.dimension_count == 0)
		options.dimensions[options.dimension_count++] = DIMENSION_service;
	int status = parse_where(&c, o->where, e) < 0 ? EXIT_USAGE : run(&c, &options, e);
	done(&c);
	return status;
}
