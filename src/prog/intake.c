#include "prog/intake.h"

#include "base/text.h"
#include "base/zone.h"
#include "capture/capture.h"
#include "decode/decode.h"
#include "prog/bounds.h"
#include "prog/head.h"
#include "prog/posted.h"
#include "prog/progress.h"
#include "prog/rulebooks.h"
#include "prog/run.h"
#include "prog/stop.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

int intake_init(struct intake *in, struct prog *p, const struct geo *geo, struct err *e)
{
	in->prog = p;
	in->keep = p->settings.archive;
	archive_of(p, &in->archive);
	in->geo = geo;
	if (strcmp(store_zone(p->store), zone_name()) != 0)
		return err_set(e, EINVAL,
			TR("the store's days are in %s, but the time zone is %s: set timezone: %s, "
			   "or use another store",
				"store の日付は %s ですが、時間帯は %s です。timezone: %s "
				"にするか、別の store を使ってください"),
			store_zone(p->store), zone_name(), store_zone(p->store));
	return 0;
}

void intake_done(struct intake *in)
{
	digest_known_done(&in->own);
}

/* A capture that is read. */
struct reading {
	struct run run;
	struct progress *progress;
	struct capture *capture;
	struct err damage; /* where the file could not be read any further */
};

static void take_access(void *owner, struct judged *seen)
{
	run_take(owner, seen);
}

static int take_frames(struct reading *r, struct err *e)
{
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	const struct stream *stream = capture_stream(r->capture);
	struct run *run = &r->run;

	if (!batch)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	while (run->rc == 0 && capture_read(r->capture, batch, &r->damage) > 0) {
		observer_frames(run->observer, run->in->prog, run->in->geo, &run->account, batch->frames, batch->count);
		progress_draw(r->progress, stream_bytes_in(stream), stream_bytes_total(stream),
			run->result->segment.frames);
		int rc = stop_check(e);
		if (rc < 0)
			return rc;
	}
	observer_end(run->observer);
	return 0;
}

static int complete(struct run *run, struct err *e)
{
	AUTO(free) struct coverage *coverage = NULL;
	int count = account_coverage(&run->account, &run->matching, &coverage, e);

	return count < 0 ? count : run_complete(run, coverage, (size_t)count, e);
}

static int begin_observer(struct run *run, struct err *e)
{
	run->setup = (struct observer_setup){.matching = &run->matching,
		.rulebook = run->in->prog->rulebook,
		.labels = run->in->labels,
		.out = take_access,
		.owner = run};
	return observer_new(&run->setup, &run->observer, e);
}

/* Reads the capture for good. A damaged file counts as far as it could be read. */
static int run_capture(struct reading *r, const char *path, uint64_t bytes, struct err *e)
{
	struct run *run = &r->run;
	struct segment *s = &run->result->segment;

	int rc = account_begin(&run->account, run->result, &run->matching, run->in->prog->now_s, e);
	if (rc == 0)
		rc = begin_observer(run, e);
	if (rc == 0)
		rc = capture_open(path, bytes, &r->capture, e);
	if (rc == 0)
		rc = run_begin(run, e);
	if (rc < 0)
		return rc;
	rc = run_end(run, take_frames(r, e), e);
	if (rc < 0)
		return rc;
	const struct capture_stats *stats = capture_stats(r->capture);
	s->dropped = stats->dropped;
	account_observed(&run->account, stats->from_ns, stats->to_ns);
	s->cut_off = s->cut_off || stats->cut_off || r->damage.text[0];
	return complete(run, e);
}

/* --sensor, or the configured sensor that the capture says it comes from; NULL: any. */
static const char *sensor_of(const struct intake *in, const char *path, char posted[SEGMENT_SENSOR_MAX + 1])
{
	if (in->sensor)
		return in->sensor;
	return posted_by(path, posted) && plant_named(&in->prog->configured, posted) >= 0 ? posted : NULL;
}

static int run_segment(struct intake *in, const char *path, uint64_t bytes, struct progress *progress,
	const struct segment *begun, struct intake_result *ret, struct err *e)
{
	struct reading r = {.run = {.in = in, .result = ret, .begun = *begun}, .progress = progress};
	struct matching *matching = &r.run.matching;
	char posted[SEGMENT_SENSOR_MAX + 1];
	struct matching_question question = {.sensor = sensor_of(in, path, posted),
		.addresses = in->addresses,
		.address_count = in->address_count,
		.path = path,
		.bytes = bytes,
		.remember = true};

	int rc = rulebooks_take(in->rulebooks, in->prog, e);
	if (rc == 0)
		rc = matching_find(in->prog, &question, matching, e);
	progress_phase(r.progress, TR("importing", "取込中"));
	uint64_t memory = in->budget ? budget_take(in->budget, bounds_memory_of(in->prog, bytes)) : 0;
	if (rc == 0)
		rc = run_begin_tables(in, e);
	if (rc == 0)
		rc = run_capture(&r, path, bytes, e);
	observer_free(r.run.observer);
	run_end_tables(in);
	rulebooks_give(in->rulebooks, in->prog);
	if (in->budget)
		budget_give(in->budget, memory);
	ret->inferred = rc == 0 && matching_is_inferred(matching);
	ret->inference_cut = matching->inference_cut;
	if (rc == 0 && r.damage.text[0])
		ret->damage = r.damage;
	capture_close(r.capture);
	matching_done(matching);
	account_done(&r.run.account);
	return rc;
}

static void describe(const struct intake *in, const char *path, const char *name,
	const struct archive_copy *copy, struct segment *ret)
{
	AUTO(free) char *absolute = strcmp(path, "-") == 0 ? NULL : realpath(path, NULL);

	memcpy(ret->digest, copy->digest, sizeof(ret->digest));
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	snprintf(ret->origin, sizeof(ret->origin), "%s", absolute ? absolute : "");
	ret->bytes = copy->bytes;
	ret->cut_off = copy->damage.text[0] != '\0';
	snprintf(ret->archive, sizeof(ret->archive), "%s", copy->below);
	snprintf(ret->sensor, sizeof(ret->sensor), "%s", in->sensor ? in->sensor : "");
}

/* With the digest's lock held: nothing, all, or the rest of it. */
static int take_locked(struct intake *in, const char *path, struct progress *progress,
	const struct archive_copy *copy, struct intake_result *ret, struct err *e)
{
	struct segment known = {0};
	int found = store_segment_find(in->prog->store, copy->digest, &known, e);

	if (found < 0 && found != -ENOENT)
		return found;
	*e = (struct err){0};
	ret->damage = copy->damage;
	if (found == 0 && known.complete) {
		ret->segment = known;
		ret->known = true;
		return 0;
	}
	describe(in, path, progress->what, copy, &ret->segment);
	ret->resumed = found == 0;
	if (found == 0) /* where it was begun from, not our copy of it */
		memcpy(ret->segment.origin, known.origin, sizeof(known.origin));
	return run_segment(
		in, copy->path[0] ? copy->path : path, copy->bytes, progress, &known, ret, e);
}

/* The line is about the user's file, not about our copy of it. */
static void name_file(struct err *e, const char *copy, const char *name)
{
	struct err named = {0};
	const char *at = copy[0] ? strstr(e->text, copy) : NULL;

	if (!at)
		return;
	err_set(&named, EIO, "%.*s%s%s", (int)(at - e->text), e->text, name, at + strlen(copy));
	*e = named;
}

static int check_capture(const char *path, struct err *e)
{
	AUTO(capture_close) struct capture *capture = NULL;

	return capture_open(path, 0, &capture, e);
}

/* Standard input can be looked at only in its copy. */
static int check_copy(const char *path, const char *name, const struct archive_copy *copy, struct err *e)
{
	if (strcmp(path, "-") != 0)
		return 0;
	int rc = check_capture(copy->path, e);
	if (rc < 0)
		unlink(copy->path);
	name_file(e, copy->path, name);
	return rc;
}

/* A capture that has grown, or whose beginning came in before: its first packets would count twice. */
static int check_new(struct intake *in, const struct archive_copy *copy, struct err *e)
{
	struct segment known;

	if (!copy->begins_with[0])
		return 0;
	int rc = store_segment_find(in->prog->store, copy->begins_with, &known, e);
	if (rc < 0)
		return rc;
	if (copy->path[0])
		unlink(copy->path);
	return err_set(e, EEXIST,
		TR("it begins with %s, which was taken in before: its first %" PRIu64
		   " frames would count twice; import what is new in a file of its own",
			"先頭が取り込み済みの %s と同じです。最初の %" PRIu64
			" フレームが二重に数えられるため、新しい部分だけを別のファイルにして取り込んでください"),
		known.name, known.frames);
}

static int remember(struct intake *in, const struct segment *s, struct err *e)
{
	struct segment_length one = {.bytes = s->bytes,
		.first_s = s->first_s,
		.last_s = s->last_s,
		.complete = true};

	memcpy(one.digest, s->digest, sizeof(one.digest));
	return digest_known_add(&in->own, &one, e);
}

/* What it may be or begin with. */
static int find_known(struct intake *in, const struct head *head, struct digest_known *ret, struct err *e)
{
	int rc = head->has_time ? known_at(in->known, floor_s(head->time_ns), ret, e)
				: known_all(in->known, ret, e);

	return rc < 0 ? rc : digest_known_add_all(ret, in->own.lengths, in->own.count, e);
}

/* Begins when a known one does, and is as long as it where that can be told. */
static bool seems_known(const struct head *head, const struct digest_known *known)
{
	bool is_plain = strcmp(head->compression, "plain") == 0;

	for (size_t i = 0; i < known->count; i++)
		if (head->has_time && known->lengths[i].complete &&
			known->lengths[i].first_s == floor_s(head->time_ns) &&
			(!is_plain || known->lengths[i].bytes == head->bytes))
			return true;
	return false;
}

/* Nothing more is to be read of it. */
static bool is_settled(struct intake *in, const struct archive_copy *copy)
{
	struct segment known = {0};
	struct err unused = {0};

	return copy->begins_with[0] ||
	       (store_segment_find(in->prog->store, copy->digest, &known, &unused) == 0 && known.complete);
}

/* Compressing a copy costs more than reading twice: what seems to be known is read without one first. */
static int read_file(struct intake *in, const char *path, const struct head *head,
	struct progress *progress, struct archive_copy *ret, struct err *e)
{
	AUTO(digest_known_done) struct digest_known known = {0};
	int rc = find_known(in, head, &known, e);

	if (rc == 0 && in->keep && seems_known(head, &known)) {
		rc = archive_take(&in->archive, path, false, &known, progress, ret, e);
		if (rc < 0 || is_settled(in, ret))
			return rc;
	}
	return rc < 0 ? rc : archive_take(&in->archive, path, in->keep, &known, progress, ret, e);
}

static int take_file(struct intake *in, const char *path, struct progress *progress,
	struct intake_result *ret, struct err *e)
{
	struct archive_copy copy;
	struct head head = {.compression = ""};
	int rc = strcmp(path, "-") == 0 ? 0 : head_read(path, &head, e);

	progress_phase(progress, TR("reading", "読込中"));
	if (rc == 0)
		rc = read_file(in, path, &head, progress, &copy, e);
	if (rc == 0)
		rc = check_copy(path, progress->what, &copy, e);
	if (rc == 0)
		rc = check_new(in, &copy, e);
	if (rc < 0)
		return rc;
	AUTO(close) int lock = archive_lock(&in->archive, copy.digest, e);
	rc = lock < 0 ? lock : take_locked(in, path, progress, &copy, ret, e);
	name_file(e, copy.path, progress->what);
	name_file(&ret->damage, copy.path, progress->what);
	if (rc < 0 || ret->known || ret->segment.frames == 0)
		return rc;
	return remember(in, &ret->segment, e);
}

void intake_forget(struct intake *in)
{
	in->own.count = 0;
}

int intake_file(struct intake *in, const char *path, const char *name, struct intake_result *ret,
	struct err *e)
{
	struct progress progress;

	*ret = (struct intake_result){0};
	progress_join(&progress, name, in->all, in->file_bytes);
	int rc = take_file(in, path, &progress, ret, e);
	ret->seconds = progress_stop(&progress);
	return rc;
}

static int resume_one(
	struct intake *in, const struct segment *begun, struct intake_result *ret, struct err *e)
{
	char path[PATH_MAX];
	struct intake again = *in;

	archive_path(&in->archive, begun, path);
	if (!path[0] || access(path, R_OK) < 0)
		snprintf(path, sizeof(path), "%s", begun->origin);
	if (!path[0] || access(path, R_OK) < 0)
		return err_set(e, ENOENT,
			TR("%s was begun and not completed: import it again",
				"%s の取り込みが途中です。もう一度取り込んでください"),
			begun->name);
	again.sensor = begun->sensor[0] ? begun->sensor : NULL;
	again.address_count = 0;
	again.keep = begun->archive[0] != '\0';
	int rc = intake_file(&again, path, begun->name, ret, e);
	in->own = again.own;
	return rc;
}

int intake_resume(
	struct intake *in, void (*done)(const struct intake_result *result), struct err *e)
{
	AUTO(free) struct segment *open = NULL;
	int count = store_segments_open(in->prog->store, &open, e);

	for (int i = 0; i < count; i++) {
		struct intake_result result;
		struct err failure = {0};
		int rc = stop_check(e);
		if (rc < 0)
			return rc;
		rc = resume_one(in, &open[i], &result, &failure);

		if (rc == -EBUSY)
			continue;
		if (rc < 0)
			fprintf(stderr, "teiten: %s\n", failure.text);
		else
			done(&result);
	}
	return count < 0 ? count : 0;
}
