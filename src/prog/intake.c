#include "prog/intake.h"

#include "base/text.h"
#include "base/zone.h"
#include "capture/capture.h"
#include "decode/decode.h"
#include "flow/flow.h"
#include "observe/observe.h"
#include "prog/matching.h"
#include "prog/progress.h"

#include <errno.h>
#include <string.h>

int intake_init(struct intake *in, struct prog *p, const struct geo *geo, struct err *e)
{
	struct flow_limits limits = {
		.rows = p->settings.block_rows, .payload_bytes = p->settings.payload_mib << 20};

	in->prog = p;
	in->keep = p->settings.archive;
	archive_of(p->store, &in->archive);
	archive_sweep(&in->archive);
	in->geo = geo_cache_new(geo);
	in->flow = flow_new(limits);
	if (!in->geo || !in->flow)
		return err_set(e, ENOMEM,
			TR("out of memory: lower import.block_rows",
				"メモリーが足りません。import.block_rows を下げてください"));
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
	geo_cache_free(in->geo);
	flow_free(in->flow);
}

/* --- the line
 * -------------------------------------------------------------------------------------------------------
 */

/* One capture on its way. */
struct run {
	struct intake *in;
	struct intake_result *result;
	struct matching matching;
	uint64_t *sensor_packets; /* accesses of each sensor of matching.plant */
	uint64_t blocks_known;	  /* sent before a crash: need not be sent again */
	struct progress progress;
	struct capture *capture;
};

static void note_frame(struct intake_result *r, const struct frame *frame, uint32_t odds)
{
	struct segment *s = &r->segment;
	int64_t ts_s = frame->ts_ns / 1000000000 - (frame->ts_ns % 1000000000 < 0);

	s->first_s = s->frames == 0 || ts_s < s->first_s ? ts_s : s->first_s;
	s->last_s = s->frames == 0 || ts_s > s->last_s ? ts_s : s->last_s;
	s->frames++;
	s->oddities += odds != 0;
	for (uint32_t rest = odds; rest; rest &= rest - 1)
		r->odds[__builtin_ctz(rest)]++;
}

static void count_verdict(struct segment *s, enum verdict verdict)
{
	s->accesses += verdict == VERDICT_ACCESS;
	s->not_ip += verdict == VERDICT_NOT_IP;
	s->left_sensor += verdict == VERDICT_LEFT_SENSOR;
	s->no_sensor += verdict == VERDICT_NO_SENSOR;
	s->out_of_service += verdict == VERDICT_OUT_OF_SERVICE;
}

/* Sends the rows so far. The ledger learns of the block's time before the block goes, so that an
 * answer never holds rows of a segment that is not marked. */
static int send_block(struct run *run, struct err *e)
{
	struct intake *in = run->in;
	struct segment *s = &run->result->segment;
	const struct block *block = flow_block(in->flow);
	int rc = 0;

	if (block->rows.count == 0)
		return 0;
	if (s->blocks >= run->blocks_known) {
		rc = store_segment_begin(in->prog->store, s, e);
		if (rc == 0)
			rc = store_insert_block(
				in->prog->store, s, s->blocks, block, run->matching.plant, e);
	}
	s->rows += block->rows.count;
	s->blocks++;
	run->result->payloads_not_kept += block->payloads_not_kept;
	flow_clear(in->flow);
	return rc;
}

static int take_frame(struct run *run, const struct frame *frame, struct err *e)
{
	struct intake *in = run->in;
	struct packet packet = decode_frame(frame, in->prog->settings.tunnels);
	struct access access;
	enum verdict verdict = observe(run->matching.plant, run->matching.only, &packet, &access);

	note_frame(run->result, frame, packet.odds);
	count_verdict(&run->result->segment, verdict);
	if (verdict != VERDICT_ACCESS)
		return 0;
	struct place place = geo_cached(in->geo, &access.src);
	access.asn = place.asn;
	memcpy(access.country, place.country, sizeof(access.country));
	run->sensor_packets[access.sensor]++;
	flow_add(in->flow, &access);
	return flow_is_full(in->flow) ? send_block(run, e) : 0;
}

static int take_frames(struct run *run, struct err *e)
{
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	const struct stream *stream = capture_stream(run->capture);
	int n, rc = 0;

	if (!batch)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	while ((n = capture_read(run->capture, batch, e)) > 0) {
		for (size_t i = 0; i < batch->count; i++) {
			rc = take_frame(run, &batch->frames[i], e);
			if (rc < 0)
				return rc;
		}
		progress_draw(&run->progress, stream_bytes_in(stream), stream_bytes_total(stream),
			run->result->segment.frames);
	}
	return send_block(run, e) < 0 ? -EIO : n;
}

static int complete(struct run *run, struct err *e)
{
	struct segment *s = &run->result->segment;
	const struct plant *plant = run->matching.plant;
	AUTO(free) struct coverage *coverage = calloc(plant->count + 1, sizeof(*coverage));
	size_t count = 0;

	if (!coverage)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < plant->count && s->frames; i++) {
		struct coverage *c = &coverage[count];

		/* a capture is evidence for a sensor when it was taken for it or holds something of
		 * it */
		if (run->matching.only >= 0 ? (size_t)run->matching.only != i
					    : run->sensor_packets[i] == 0)
			continue;
		*c = (struct coverage){.from_s = s->first_s,
			.to_s = s->last_s + 1,
			.packets = run->sensor_packets[i],
			.addresses = plant->sensors[i].addresses,
			.inferred = plant->sensors[i].inferred};
		snprintf(c->sensor, sizeof(c->sensor), "%s", plant->sensors[i].name);
		count++;
	}
	if (count == 1)
		coverage[0].dropped = s->dropped;
	s->complete = true;
	return store_segment_complete(run->in->prog->store, s, coverage, count, e);
}

/* Reads the capture for good. A damaged file counts as far as it could be read, and the damage is
 * told. */
static int run_capture(struct run *run, const char *path, uint64_t bytes, struct err *e)
{
	struct segment *s = &run->result->segment;
	struct err damage = {0};

	run->sensor_packets = calloc(run->matching.plant->count + 1, sizeof(*run->sensor_packets));
	if (!run->sensor_packets)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	flow_clear(run->in->flow);
	int rc = capture_open(path, bytes, &run->capture, e);
	if (rc < 0)
		return rc;
	rc = take_frames(run, &damage);
	const struct capture_stats *stats = capture_stats(run->capture);
	s->dropped = stats->dropped;
	s->cut_off = stats->cut_off || rc == -EBADMSG;
	if (rc < 0 && rc != -EBADMSG) {
		*e = damage;
		return rc;
	}
	if (rc == -EBADMSG)
		*e = damage;
	struct err failure = {0};
	int completed = complete(run, &failure);
	if (completed < 0)
		*e = failure;
	return completed < 0 ? completed : rc;
}

static int run_segment(struct intake *in, const char *path, uint64_t bytes, const char *name,
	uint64_t blocks_known, struct intake_result *ret, struct err *e)
{
	struct run run = {.in = in, .result = ret, .blocks_known = blocks_known};

	struct matching_question question = {.sensor = in->sensor,
		.addresses = in->addresses,
		.address_count = in->address_count,
		.path = path,
		.bytes = bytes,
		.remember = true};

	int rc = matching_find(in->prog, &question, &run.matching, e);
	ret->inferred = rc == 0 && run.matching.only >= 0 &&
			run.matching.plant->sensors[run.matching.only].inferred;
	progress_start(&run.progress, name);
	if (rc == 0)
		rc = run_capture(&run, path, bytes, e);
	ret->seconds = progress_stop(&run.progress);
	capture_close(run.capture);
	matching_done(&run.matching);
	free(run.sensor_packets);
	return rc;
}

/* --- one file
 * -------------------------------------------------------------------------------------------------------
 */

static int check_capture(const char *path, struct err *e)
{
	AUTO(capture_close) struct capture *capture = NULL;

	return capture_open(path, 0, &capture, e);
}

static void describe(const struct intake *in, const char *path, const char *name,
	const struct archive_copy *copy, struct segment *ret)
{
	AUTO(free) char *absolute = strcmp(path, "-") == 0 ? NULL : realpath(path, NULL);
	const char *slash = strrchr(name, '/');

	memcpy(ret->digest, copy->digest, sizeof(ret->digest));
	snprintf(ret->name, sizeof(ret->name), "%s", slash ? slash + 1 : name);
	snprintf(ret->origin, sizeof(ret->origin), "%s", absolute ? absolute : "");
	snprintf(ret->archive, sizeof(ret->archive), "%s", copy->below);
	snprintf(ret->sensor, sizeof(ret->sensor), "%s", in->sensor ? in->sensor : "");
}

/* With the digest's lock held: nothing, all, or the rest of it. */
static int take_locked(struct intake *in, const char *path, const char *name,
	const struct archive_copy *copy, struct intake_result *ret, struct err *e)
{
	struct segment known = {0};
	int found = store_segment_find(in->prog->store, copy->digest, &known, e);

	if (found < 0 && found != -ENOENT)
		return found;
	*e = (struct err){0};
	if (found == 0 && known.complete) {
		ret->segment = known;
		ret->known = true;
		return 0;
	}
	describe(in, path, name, copy, &ret->segment);
	ret->resumed = found == 0;
	return run_segment(in, copy->path[0] ? copy->path : path, copy->bytes, name,
		found == 0 ? known.blocks : 0, ret, e);
}

int intake_file(struct intake *in, const char *path, const char *name, struct intake_result *ret,
	struct err *e)
{
	struct archive_copy copy;

	*ret = (struct intake_result){0};
	int rc = strcmp(path, "-") == 0 ? 0 : check_capture(path, e);
	if (rc == 0)
		rc = archive_take(&in->archive, path, in->keep, &copy, e);
	if (rc < 0)
		return rc;
	/* only now is it known whether standard input is a capture */
	rc = strcmp(path, "-") == 0 ? check_capture(copy.path, e) : 0;
	if (rc < 0) {
		unlink(copy.path);
		return rc;
	}
	AUTO(close) int lock = archive_lock(&in->archive, copy.digest, e);
	if (lock < 0)
		return lock;
	return take_locked(in, path, name, &copy, ret, e);
}

/* --- after a crash
 * --------------------------------------------------------------------------------------------------
 */

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
	return intake_file(&again, path, begun->name, ret, e);
}

int intake_resume(
	struct intake *in, void (*done)(const struct intake_result *result), struct err *e)
{
	AUTO(free) struct segment *open = NULL;
	int count = store_segments_open(in->prog->store, &open, e);

	for (int i = 0; i < count; i++) {
		struct intake_result result;
		struct err failure = {0};
		int rc = resume_one(in, &open[i], &result, &failure);

		if (rc == -EBUSY)
			continue;
		if (rc < 0)
			fprintf(stderr, "teiten: %s\n", failure.text);
		else
			done(&result);
	}
	return count < 0 ? count : 0;
}
