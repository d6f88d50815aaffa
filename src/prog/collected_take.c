#include "prog/collected_take.h"

#include "base/text.h"
#include "decode/decode.h"
#include "prog/locate.h"
#include "prog/posted_stream.h"
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
	struct posted_stream stream;
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

bool collected_is_batch(const struct segment *segment)
{
	return strncmp(segment->origin, "posted:", strlen("posted:")) == 0;
}

/* --- the stream of a run --- */

/* A burst comes out when it has ended, under the number of the packet that began it. */
static void take_access(void *owner, struct judged *seen)
{
	struct taking *t = owner;

	if (posted_stream_has(&t->stream, seen->frame))
		run_take(t->run, seen);
}

static int take_frame(void *context, const struct frame *frame, uint64_t number, struct err *e)
{
	struct taking *t = context;
	struct run *run = t->run;
	struct packet packet;
	struct judged seen;

	decode_frame(frame, run->in->prog->settings.tunnels, &packet);
	enum verdict verdict = observer_look(&run->setup, &packet, number, &seen);

	if (verdict == VERDICT_ACCESS)
		locate(run->in->prog, run->in->geo, &seen.access);
	if (posted_stream_has(&t->stream, number))
		account_frame(&run->account, frame, packet.odds, verdict);
	observer_take(run->observer, &packet, verdict, &seen);
	if (run->rc < 0)
		*e = run->failure;
	return run->rc;
}

/* --- runs --- */

static int begin_run(struct taking *t, struct err *e)
{
	struct run *run = t->run;

	run->matching.only = plant_named(run->matching.plant, t->stream.row->sensor);
	if (run->matching.only < 0)
		return err_set(e, ENOENT, TR("sensor %s is not in teiten.yaml", "センサー %s が teiten.yaml にありません"), t->stream.row->sensor);
	run->setup = (struct observer_setup){.matching = &run->matching,
		.rulebook = run->in->prog->rulebook,
		.labels = run->in->labels,
		.out = take_access,
		.owner = t};
	return observer_new(&run->setup, &run->observer, e);
}

static int take_run(struct run *run, const struct inbox *box, const struct posted *rows, struct err *e)
{
	struct taking t = {.run = run, .stream = posted_stream_of(box, rows)};
	int rc = begin_run(&t, e);

	if (rc == 0)
		rc = posted_stream_read(&t.stream, take_frame, &t, e);
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
