#include "prog/collected_take.h"

#include "base/text.h"
#include "decode/decode.h"
#include "prog/locate.h"
#include "prog/rulebook.h"
#include "prog/rulebooks.h"
#include "prog/run.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <string.h>

enum { DAY_S = 86400 };

/* One run of the batch on its way. */
struct taking {
	struct run *run;
	const struct posted *row; /* its first; what it says of the run is in each */
	uint64_t frame;		  /* number of the next in the stream */
	uint64_t from, to;	  /* numbers of the frames that count: from this one on and before that one */
};

void collected_describe(uint64_t n, struct segment *ret)
{
	uint8_t digest[SEGMENT_DIGEST] = {0};
	unsigned int len = sizeof(digest);

	*ret = (struct segment){0};
	snprintf(ret->name, sizeof(ret->name), "posted-%" PRIu64, n);
	snprintf(ret->origin, sizeof(ret->origin), "posted:%" PRIu64, n);
	if (EVP_Digest(ret->origin, strlen(ret->origin), digest, &len, EVP_sha256(), NULL) == 1)
		segment_hex(digest, sizeof(digest), ret->digest);
}

/* --- the stream of a run --- */

/* A burst comes out when it has ended, under the number of the packet that began it. */
static void take_access(void *owner, struct judged *seen)
{
	struct taking *t = owner;

	if (seen->frame >= t->from && seen->frame < t->to)
		run_take(t->run, seen);
}

static void take_frame(struct taking *t, const struct frame *frame)
{
	struct run *run = t->run;
	struct packet packet;
	struct judged seen;

	decode_frame(frame, run->in->prog->settings.tunnels, &packet);
	enum verdict verdict = observer_look(&run->setup, &packet, t->frame, &seen);

	if (verdict == VERDICT_ACCESS)
		locate(run->in->prog, run->in->geo, &seen.access);
	if (t->frame >= t->from && t->frame < t->to)
		account_frame(&run->account, frame, packet.odds, verdict);
	observer_take(run->observer, &packet, verdict, &seen);
	t->frame++;
}

/* Where the positions of the run lie in the stream is known when they are reached. */
static void note_position(struct taking *t, uint64_t sequence, uint64_t packet)
{
	const struct posted *row = t->row;

	if (t->from == UINT64_MAX && (sequence > row->from_sequence || (sequence == row->from_sequence && packet >= row->from_packet)))
		t->from = t->frame;
	if (t->to == UINT64_MAX && (sequence > row->to_sequence || (sequence == row->to_sequence && packet >= row->to_packet)))
		t->to = t->frame;
}

int collected_read(const struct inbox *box, const struct posted *row, uint64_t sequence, struct segment_info *ret, uint8_t **ret_raw,
	size_t *ret_len, struct err *e)
{
	char path[PATH_MAX];

	*ret_raw = NULL;
	if (!inbox_find(box, row->sensor, row->epoch, sequence, row->observed_from_s, path))
		return 0;
	int rc = segment_read_file(path, ret, NULL, ret_raw, ret_len, e);
	return rc < 0 ? rc : 1;
}

static int take_segment(struct taking *t, const struct segment_info *info, const uint8_t *raw, size_t len)
{
	struct frame frame = {.link_type = info->link_type};
	size_t at = 0;

	for (uint64_t packet = 0; t->run->rc == 0 && segment_next(raw, len, &at, &frame); packet++) {
		note_position(t, info->head.sequence, packet);
		take_frame(t, &frame);
	}
	return t->run->rc;
}

static uint64_t covers_from(const struct segment_info *info)
{
	uint64_t from = info->head.sequence;

	for (size_t i = info->tail.gap_count; i > 0; i--)
		if (info->tail.gaps[i - 1].last + 1 >= from && info->tail.gaps[i - 1].first < from)
			from = info->tail.gaps[i - 1].first;
	return from;
}

static int is_missing(const struct posted *row, uint64_t sequence, struct err *e)
{
	return err_set(e, ENOENT,
		TR("segment %s-%" PRIu64 " of %s is neither in inbox nor in archive",
			"セグメント %1$s-%2$" PRIu64 "（%3$s）が inbox にも archive にもありません"),
		row->epoch, sequence, row->sensor);
}

/* All segments of the stream; numbers without a file are those that a later segment speaks for. */
static int take_stream(struct taking *t, const struct inbox *box, struct segment_info *info, struct err *e)
{
	const struct posted *row = t->row;
	uint64_t next = row->read_from;

	for (uint64_t sequence = row->read_from; sequence <= row->read_to; sequence++) {
		AUTO(free) uint8_t *raw = NULL;
		size_t len;
		int rc = collected_read(box, row, sequence, info, &raw, &len, e);

		if (rc < 0)
			return rc;
		if (rc == 0)
			continue;
		if (sequence > next && covers_from(info) > next)
			return is_missing(row, next, e);
		rc = take_segment(t, info, raw, len);
		if (rc < 0)
			return rc;
		next = sequence + 1;
	}
	return next > row->read_to ? 0 : is_missing(row, next, e);
}

/* --- runs --- */

static int begin_run(struct taking *t, struct err *e)
{
	struct run *run = t->run;

	run->matching.only = plant_named(run->matching.plant, t->row->sensor);
	if (run->matching.only < 0)
		return err_set(e, ENOENT, TR("sensor %s is not in teiten.yaml", "センサー %s が teiten.yaml にありません"), t->row->sensor);
	run->setup = (struct observer_setup){.matching = &run->matching,
		.rulebook = run->in->prog->rulebook,
		.labels = run->in->labels,
		.out = take_access,
		.owner = t};
	return observer_new(&run->setup, &run->observer, e);
}

static int take_run(struct run *run, const struct inbox *box, const struct posted *rows, struct err *e)
{
	AUTO(free) struct segment_info *info = malloc(sizeof(*info));
	struct taking t = {.run = run, .row = rows, .from = UINT64_MAX, .to = UINT64_MAX};

	if (!info)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = begin_run(&t, e);
	if (rc == 0)
		rc = take_stream(&t, box, info, e);
	if (rc == 0)
		observer_end(run->observer);
	observer_free(TAKE(run->observer));
	return rc;
}

static size_t run_length(const struct posted *rows, size_t count)
{
	size_t n = 1;

	while (n < count && strcmp(rows[n].sensor, rows[0].sensor) == 0 && strcmp(rows[n].epoch, rows[0].epoch) == 0)
		n++;
	return n;
}

static int take_runs(struct run *run, const struct inbox *box, const struct posted *rows, size_t count, struct err *e)
{
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < count; at += run_length(rows + at, count - at))
		rc = take_run(run, box, rows + at, e);
	return rc;
}

/* What was observed and lost is in the segments themselves. */
static int cover(struct run *run, const struct posted *rows, size_t count, struct err *e)
{
	int64_t since_s = INT64_MAX;

	for (size_t i = 0; i < count; i++) {
		since_s = rows[i].observed_from_s < since_s ? rows[i].observed_from_s : since_s;
		run->result->segment.dropped += rows[i].lost_ring + rows[i].lost_interface;
	}
	return store_posted_cover(run->in->prog->store, rows[0].n, since_s - DAY_S, e);
}

static int take_all(struct run *run, const struct inbox *box, const struct posted *rows, size_t count, struct err *e)
{
	int rc = account_begin(&run->account, run->result, &run->matching, run->in->prog->now_s, e);

	if (rc == 0)
		rc = run_begin(run, e);
	if (rc < 0)
		return rc;
	rc = run_end(run, take_runs(run, box, rows, count, e), e);
	if (rc == 0)
		rc = cover(run, rows, count, e);
	return rc < 0 ? rc : run_complete(run, NULL, 0, e);
}

int collected_take(struct intake *in, const struct inbox *box, const struct posted *rows, size_t count, struct intake_result *ret, struct err *e)
{
	struct run run = {.in = in, .result = ret, .matching = {.plant = &in->prog->configured}};

	*ret = (struct intake_result){0};
	collected_describe(rows[0].n, &ret->segment);
	int rc = store_segment_find(in->prog->store, ret->segment.digest, &run.begun, e);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	*e = (struct err){0};
	rc = rulebooks_take(in->rulebooks, in->prog, e);
	if (rc == 0)
		rc = run_begin_tables(in, e);
	if (rc == 0)
		rc = take_all(&run, box, rows, count, e);
	run_end_tables(in);
	rulebooks_give(in->rulebooks, in->prog);
	account_done(&run.account);
	return rc;
}
