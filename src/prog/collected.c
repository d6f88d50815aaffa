#include "prog/collected.h"

#include "base/text.h"
#include "base/zone.h"
#include "prog/collected_plan.h"
#include "prog/collected_take.h"
#include "prog/posted_stream.h"
#include "prog/refusals.h"
#include "prog/retention.h"
#include "prog/stop.h"
#include "store/target.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

/* A batch of another collector is left to it for so long; then we complete it if we have what it takes. */
enum { PATIENCE_S = 600, KEEP_EVERY_S = 3600, GIB_BITS = 30 };

struct collected {
	struct intake *in;
	struct inbox box;
	uint64_t last;	     /* the newest batch that we know of */
	int64_t refusals_s; /* of the newest refusal that the ledger has */
	int64_t kept_s;	     /* when the archive was brought within its bounds last */
};

/* One look at the inbox. */
struct look {
	struct inbox_list list;
	struct posted *known; /* of all files and their neighbours */
	size_t known_count;
	struct plan_question question;
};

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

int collected_folder(const struct prog *p, char ret[PATH_MAX], struct err *e)
{
	const struct settings *s = &p->settings;

	if (s->collect_folder[0])
		snprintf(ret, PATH_MAX, "%s", s->collect_folder);
	else if (!target_is_server(s->store))
		snprintf(ret, PATH_MAX, "%s/collect", s->store);
	else
		return err_set(e, EINVAL,
			TR("the store is a server: say with collect.folder where segments of sensors lie",
				"store がサーバーなので、センサーのセグメントの置き場所を collect.folder で指定してください"));
	return 0;
}

int collected_open(struct intake *in, const char *folder, struct collected **ret, struct err *e)
{
	AUTO(collected_close) struct collected *c = calloc(1, sizeof(*c));

	*ret = NULL;
	if (!c)
		return no_memory(e);
	c->in = in;
	int rc = inbox_open(folder, &c->box, e);
	if (rc < 0)
		return rc;
	*ret = TAKE(c);
	return 0;
}

void collected_close(struct collected *c)
{
	if (!c)
		return;
	inbox_close(&c->box);
	free(c);
}

/* --- looking --- */

/* Each file, the one before it and the one behind it. */
static struct posted *make_keys(const struct inbox_list *list, size_t *ret_count)
{
	struct posted *keys = calloc(3 * list->count + 1, sizeof(*keys));
	size_t count = 0;

	for (size_t i = 0; keys && i < list->count; i++) {
		const struct posted *p = &list->files[i].ledger;

		keys[count++] = *p;
		if (p->covers_from > 0) {
			keys[count] = *p;
			keys[count++].sequence = p->covers_from - 1;
		}
		keys[count] = *p;
		keys[count++].sequence++;
	}
	*ret_count = count;
	return keys;
}

static int by_key(const void *a, const void *b)
{
	const struct posted *x = a, *y = b;
	int order = strcmp(x->sensor, y->sensor);

	if (order == 0)
		order = strcmp(x->epoch, y->epoch);
	return order ? order : (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

/* Neighbours of several files are asked for once. */
static size_t make_unique(struct posted *keys, size_t count)
{
	size_t kept = 0;

	if (count > 0)
		qsort(keys, count, sizeof(*keys), by_key);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || by_key(&keys[kept - 1], &keys[i]) != 0)
			keys[kept++] = keys[i];
	return kept;
}

/* The newest batch is asked for first: a claim of the next number then fails if anything was claimed since. */
static int find_known(struct collected *c, struct look *look, struct err *e)
{
	size_t count;
	AUTO(free) struct posted *keys = make_keys(&look->list, &count);

	free(TAKE(look->known));
	look->known_count = 0;
	if (!keys)
		return no_memory(e);
	count = make_unique(keys, count);
	int rc = store_posted_last(c->in->prog->store, c->last, &c->last, e);
	if (rc < 0)
		return rc;
	int found = store_posted_find(c->in->prog->store, keys, count, &look->known, e);
	if (found < 0)
		return found;
	look->known_count = (size_t)found;
	look->question.known = look->known;
	look->question.known_count = look->known_count;
	return 0;
}

static void look_done(struct look *look)
{
	inbox_list_done(&look->list);
	free(TAKE(look->known));
}

static void auto_look_done(struct look *look)
{
	look_done(look);
}

static int look_at(struct collected *c, bool all, struct collected_total *total, struct look *ret, struct err *e)
{
	*ret = (struct look){.question = {.list = &ret->list, .now_s = time(NULL),
		.wait_s = all ? -1 : (int64_t)c->in->prog->settings.collect_wait_s}};
	int rc = inbox_read(&c->box, &c->in->prog->configured, &ret->list, &total->quarantined, e);

	return rc < 0 ? rc : find_known(c, ret, e);
}

/* --- what the store knows already --- */

/* Whether all of a batch is in; -errno. */
static int is_complete(struct collected *c, uint64_t n, struct err *e)
{
	struct segment batch, known = {0};

	collected_describe(n, &batch);
	int rc = store_segment_find(c->in->prog->store, batch.digest, &known, e);
	if (rc == -ENOENT) {
		*e = (struct err){0};
		return false;
	}
	return rc < 0 ? rc : known.complete;
}

/* A reduced form of what is there, or what a reduced form came before, is no contradiction. */
static bool contradicts(const struct posted *known, const struct inbox_file *file)
{
	return known->level == SPOOL_WHOLE && file->ledger.level == SPOOL_WHOLE &&
	       strcmp(known->digest, file->ledger.digest) != 0;
}

static int put_away(struct collected *c, const struct posted *known, struct inbox_file *file, struct collected_total *total, struct err *e)
{
	char name[SPOOL_NAME_MAX];

	file->is_settled = true;
	if (!contradicts(known, file)) {
		total->known++;
		return inbox_archive(&c->box, file, e);
	}
	total->quarantined++;
	return inbox_quarantine(&c->box, file->ledger.sensor, spool_name_print(&file->name, name),
		TR("the store has another segment of that number", "同じ番号の別のセグメントが取り込み済みです"), e);
}

static int take_rows(struct collected *c, const struct posted *rows, size_t count, struct collected_total *total, struct err *e)
{
	struct intake_result result;
	int rc = collected_take(c->in, &c->box, rows, count, &result, e);

	if (rc < 0)
		return rc;
	total->batches++;
	total->segments += count;
	total->frames += result.segment.frames;
	total->accesses += result.segment.accesses;
	total->rows += result.segment.rows;
	total->blocks += result.segment.blocks;
	return 0;
}

/* What concerns this batch alone does not stop the others. */
static int tell_failed(struct collected_total *total, uint64_t n, int rc, const struct err *why, struct err *e)
{
	if (rc == -ENOENT || rc == -ESTALE) {
		total->failed++;
		fprintf(stderr, TR("teiten: batch %" PRIu64 " waits: %s\n", "teiten: バッチ %" PRIu64 " は待機中: %s\n"), n, why->text);
		return 0;
	}
	*e = *why;
	return rc;
}

static int complete_batch(struct collected *c, uint64_t n, struct collected_total *total, struct err *e)
{
	AUTO(free) struct posted *rows = NULL;
	struct err why = {0};
	int count = store_posted_batch(c->in->prog->store, n, &rows, e);

	if (count <= 0)
		return count;
	int rc = take_rows(c, rows, (size_t)count, total, &why);
	return rc < 0 ? tell_failed(total, n, rc, &why, e) : 1;
}

/* 1: all of the batch is in now. */
static int see_to_batch(struct collected *c, const struct posted *known, int64_t now_s, struct collected_total *total, struct err *e)
{
	int rc = is_complete(c, known->n, e);

	if (rc != 0)
		return rc;
	if (strcmp(known->collector, c->box.collector) != 0 && now_s - known->taken_s < PATIENCE_S)
		return 0;
	return complete_batch(c, known->n, total, e);
}

/* The state of the batches that were asked about last. */
struct batches {
	uint64_t n[64];
	int state[64];
};

static int state_of(struct collected *c, struct batches *b, const struct posted *known, int64_t now_s, struct collected_total *total, struct err *e)
{
	size_t at = known->n % ARRAY_SIZE(b->n);

	if (b->n[at] != known->n) {
		b->n[at] = known->n;
		b->state[at] = see_to_batch(c, known, now_s, total, e);
	}
	return b->state[at];
}

/* Files whose segments are in the store leave the inbox; batches that were begun are completed. */
static int settle(struct collected *c, struct look *look, struct collected_total *total, struct err *e)
{
	struct batches batches = {0};

	for (size_t i = 0; i < look->list.count; i++) {
		struct inbox_file *file = &look->list.files[i];
		const struct posted *known = collected_known(&look->question, &file->ledger, file->ledger.sequence);

		if (!known || file->is_settled)
			continue;
		int rc = stop_check(e);
		if (rc == 0)
			rc = state_of(c, &batches, known, look->question.now_s, total, e);
		if (rc < 0)
			return rc;
		if (rc == 1)
			rc = put_away(c, known, file, total, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* --- claiming --- */

struct position {
	uint64_t sequence, packet;
};

/* The first packet behind the last file of the run that is of another minute than the one that goes on over its end. */
static int find_end(struct collected *c, const struct look *look, const struct planned *plan, struct position *ret, struct err *e)
{
	const struct inbox_file *files = look->list.files;
	int64_t minute = collected_minute(&files[plan->last], &files[plan->last + 1]);
	AUTO(free) struct segment_info *info = malloc(sizeof(*info));

	if (!info)
		return no_memory(e);
	for (size_t i = plan->last + 1; i <= plan->read_to; i++) {
		AUTO(free) uint8_t *raw = NULL;
		struct frame frame = {0};
		size_t len, at = 0;
		const struct posted *p = &files[i].ledger;
		int rc = posted_segment_read(&c->box, p, p->sequence, info, &raw, &len, e);
		if (rc < 0)
			return rc;
		for (uint64_t packet = 0; rc > 0 && segment_next(raw, len, &at, &frame); packet++) {
			if (floor_s(frame.ts_ns) / 60 == minute)
				continue;
			*ret = (struct position){files[i].ledger.sequence, packet};
			return 0;
		}
	}
	*ret = (struct position){files[plan->read_to].ledger.sequence + 1, 0};
	return 0;
}

/* How far back segments are there that follow each other and are not too old. */
static int find_lead(struct collected *c, const struct posted *first, uint64_t *ret, struct err *e)
{
	AUTO(free) struct segment_info *info = malloc(sizeof(*info));
	struct posted key = *first;
	uint64_t next = first->covers_from;

	*ret = first->covers_from;
	if (!info)
		return no_memory(e);
	for (int i = 0; i < LEAD_SEGMENTS && next > 0; i++) {
		AUTO(free) uint8_t *raw = NULL;
		struct err unused = {0};
		size_t len;

		if (posted_segment_read(&c->box, &key, next - 1, info, &raw, &len, &unused) <= 0)
			break;
		*ret = --next;
		key.observed_from_s = floor_s(info->head.clock.real_ns);
		if (first->observed_from_s - key.observed_from_s > LEAD_S)
			break;
	}
	return 0;
}

static bool is_behind(const struct position *a, const struct position *b)
{
	return a->sequence != b->sequence ? a->sequence > b->sequence : a->packet > b->packet;
}

/* What the rows of a run have in common. */
static int make_run(struct collected *c, const struct look *look, const struct planned *plan, struct posted *ret, struct err *e)
{
	const struct inbox_file *first = &look->list.files[plan->first], *last = &look->list.files[plan->last];
	struct position from = {first->ledger.covers_from, 0}, to = {last->ledger.sequence + 1, 0};

	*ret = (struct posted){.run_first = first->ledger.sequence,
		.run_last = last->ledger.sequence,
		.read_to = look->list.files[plan->read_to].ledger.sequence};
	int rc = find_lead(c, &first->ledger, &ret->read_from, e);
	if (rc == 0 && plan->goes_on)
		rc = find_end(c, look, plan, &to, e);
	if (plan->before)
		from = (struct position){plan->before->to_sequence, plan->before->to_packet};
	if (is_behind(&from, &to))
		to = from;
	ret->from_sequence = from.sequence;
	ret->from_packet = from.packet;
	ret->to_sequence = to.sequence;
	ret->to_packet = to.packet;
	return rc;
}

struct batch {
	struct posted *rows;
	size_t *files; /* of the list, for each row */
	size_t count, size;
};

enum { DAY_S = 86400 };

/* A stretch ends with the day, so that what it tells can be told by day. */
static uint64_t stretch_of(const struct posted *row, const struct posted *before)
{
	bool goes_on = before && before->observed_from_s / DAY_S == row->observed_from_s / DAY_S;

	return goes_on ? before->stretch : row->sequence;
}

static int add_run(struct collected *c, const struct look *look, const struct planned *plan, uint64_t n, struct batch *b, struct err *e)
{
	const struct plant *plant = &c->in->prog->configured;
	const struct posted *before = plan->before;
	struct posted run;
	int rc = make_run(c, look, plan, &run, e);

	for (size_t i = plan->first; rc == 0 && i <= plan->last; i++) {
		struct posted *row = &b->rows[b->count];

		*row = look->list.files[i].ledger;
		row->n = n;
		snprintf(row->collector, sizeof(row->collector), "%s", c->box.collector);
		row->addresses = plant->sensors[plant_named(plant, row->sensor)].addresses;
		row->stretch = stretch_of(row, before);
		row->read_from = run.read_from;
		row->run_first = run.run_first;
		row->run_last = run.run_last;
		row->read_to = run.read_to;
		row->from_sequence = run.from_sequence;
		row->from_packet = run.from_packet;
		row->to_sequence = run.to_sequence;
		row->to_packet = run.to_packet;
		before = row;
		b->files[b->count++] = i;
	}
	return rc;
}

/* One run of each sensor that has one. */
static int make_batch(struct collected *c, const struct look *look, struct batch *b, struct err *e)
{
	const struct inbox_list *list = &look->list;
	struct planned plan;
	int rc = 0;

	b->count = 0;
	for (size_t from = 0, to; rc == 0 && from < list->count; from = to) {
		for (to = from + 1; to < list->count && strcmp(list->files[to].ledger.sensor, list->files[from].ledger.sensor) == 0;)
			to++;
		if (collected_plan(&look->question, from, to, &plan))
			rc = add_run(c, look, &plan, c->last + 1, b, e);
	}
	return rc;
}

static int move_files(struct collected *c, struct look *look, const struct batch *b, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->count; i++) {
		struct inbox_file *file = &look->list.files[b->files[i]];

		file->is_settled = true;
		rc = inbox_archive(&c->box, file, e);
	}
	return rc;
}

/* 1: a batch was made and taken in; 0: nothing is ready. Whoever claims the number first has it: then all is looked up anew. */
static int take_next(struct collected *c, struct look *look, struct batch *b, struct collected_total *total, struct err *e)
{
	struct store *s = c->in->prog->store;
	struct err why = {0};
	int rc = make_batch(c, look, b, e);

	if (rc < 0 || b->count == 0)
		return rc;
	int ours = store_posted_claim(s, b->rows, b->count, e);
	if (ours < 0)
		return ours;
	if (ours) {
		rc = take_rows(c, b->rows, b->count, total, &why);
		rc = rc < 0 ? tell_failed(total, b->rows[0].n, rc, &why, e) : move_files(c, look, b, e);
	}
	if (rc == 0)
		rc = find_known(c, look, e);
	return rc < 0 ? rc : 1;
}

static int new_batch(const struct look *look, struct batch *b, struct err *e)
{
	b->size = look->list.count + 1;
	b->rows = calloc(b->size, sizeof(*b->rows));
	b->files = calloc(b->size, sizeof(*b->files));
	return b->rows && b->files ? 0 : no_memory(e);
}

/* Files that are neither in the store nor put away. */
static uint64_t count_waiting(const struct look *look)
{
	uint64_t count = look->list.not_looked_at;

	for (size_t i = 0; i < look->list.count; i++)
		count += !look->list.files[i].is_settled;
	return count;
}

static int load_look(struct collected *c, struct look *look, struct collected_total *total, struct err *e)
{
	struct batch b = {0};
	int rc = new_batch(look, &b, e), more = 1;

	if (rc == 0)
		rc = settle(c, look, total, e);
	while (rc == 0 && more > 0) {
		rc = stop_check(e);
		if (rc == 0)
			more = take_next(c, look, &b, total, e);
		if (more < 0)
			rc = more;
	}
	free(b.rows);
	free(b.files);
	return rc;
}

/* Once an hour, and at the start. */
static int keep_archive(struct collected *c, struct err *e)
{
	const struct settings *s = &c->in->prog->settings;
	const struct retention limits = {.days = s->collect_archive_days, .bytes = s->collect_archive_gib << GIB_BITS};
	int64_t now_s = time(NULL);

	if (now_s - c->kept_s < KEEP_EVERY_S)
		return 0;
	c->kept_s = now_s;
	int rc = retention_keep(&c->box, &limits, now_s, e);
	return rc < 0 ? rc : 0;
}

int collected_load(struct collected *c, bool all, struct collected_total *total, struct err *e)
{
	uint64_t before;
	int rc;

	do {
		AUTO(look_done) struct look look;

		before = total->segments + total->known;
		rc = look_at(c, all, total, &look, e);
		if (rc == 0)
			rc = load_look(c, &look, total, e);
		total->waiting = count_waiting(&look);
		total->not_configured = look.list.not_configured;
		if (look.list.not_looked_at == 0)
			break;
	} while (rc == 0 && total->segments + total->known > before);
	if (rc == 0)
		rc = refusals_note(c->in->prog->store, &c->box, c->refusals_s, &c->refusals_s, e);
	return rc < 0 ? rc : keep_archive(c, e);
}
