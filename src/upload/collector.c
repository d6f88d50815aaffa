/* One collector: what goes to it next, and what its answers mean. */
#include "base/text.h"
#include "upload/upload_parts.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

enum { TAKEN_FILE_MAX = 1 << 20, SECOND_MS = 1000 };

/* --- its own --- */

static int read_taken(struct collector *c, struct upload *u, struct err *e)
{
	uint8_t digest[SEGMENT_DIGEST];
	char hex[SEGMENT_DIGEST_TEXT];
	AUTO(free) char *text = NULL;
	unsigned int len;

	EVP_Digest(c->url, strlen(c->url), digest, &len, EVP_sha256(), NULL);
	snprintf(c->taken_file, sizeof(c->taken_file), "taken-%.16s", segment_hex(digest, SEGMENT_DIGEST, hex));
	int rc = spool_read_text(u->spool, c->taken_file, TAKEN_FILE_MAX, &text, e);
	if (rc == 0 && text)
		taken_parse(&c->taken, text);
	return rc;
}

int collector_init(struct collector *c, struct upload *u, const char *url, struct err *e)
{
	int rc = 0;

	c->url = url;
	for (int i = 0; rc == 0 && i < CHANNEL_COUNT; i++)
		rc = transfer_init(&c->channels[i].transfer, &u->identity, u->options.proxy, e);
	return rc < 0 ? rc : read_taken(c, u, e);
}

void collector_done(struct collector *c)
{
	for (int i = 0; i < CHANNEL_COUNT; i++)
		transfer_done(&c->channels[i].transfer);
}

/* --- what goes next --- */

static bool is_same(const struct spool_name *a, const struct spool_name *b)
{
	return a->sequence == b->sequence && memcmp(a->epoch, b->epoch, SEGMENT_EPOCH) == 0;
}

static bool is_held(const struct collector *c, const struct spool_name *name, int64_t now_ms)
{
	for (size_t i = 0; i < HELD_MAX; i++)
		if (c->held[i].until_ms > now_ms && is_same(&c->held[i].name, name))
			return true;
	return false;
}

int64_t collector_held_ms(const struct collector *c, int64_t now_ms)
{
	int64_t until_ms = INT64_MAX;

	for (size_t i = 0; i < HELD_MAX; i++)
		if (c->held[i].until_ms > now_ms && c->held[i].until_ms < until_ms)
			until_ms = c->held[i].until_ms;
	return until_ms;
}

static bool may_go(const struct collector *c, const struct spool_name *name, int64_t now_ms)
{
	for (int i = 0; i < LANE_COUNT; i++)
		if (c->channels[i].transfer.busy && is_same(&c->channels[i].name, name))
			return false;
	return !taken_has(&c->taken, name) && !is_held(c, name, now_ms);
}

static int put_segment(struct collector *c, struct upload *u, enum lane lane, const struct spool_name *name,
	uint8_t *data, size_t len, const uint8_t digest[SEGMENT_DIGEST], struct err *e)
{
	struct channel_state *channel = &c->channels[lane];
	char url[UPLOAD_URL_MAX + WIRE_PATH_MAX], path[WIRE_PATH_MAX], hex[SEGMENT_DIGEST_TEXT];
	char digest_line[sizeof(WIRE_DIGEST) + SEGMENT_DIGEST_TEXT + 2], level_line[64];
	const char *const headers[] = {digest_line, level_line, "Content-Type: application/zstd", NULL};

	snprintf(url, sizeof(url), "%s%s", c->url, wire_path_print(name, path));
	snprintf(digest_line, sizeof(digest_line), WIRE_DIGEST ": %s", segment_hex(digest, SEGMENT_DIGEST, hex));
	snprintf(level_line, sizeof(level_line), WIRE_LEVEL ": %s", wire_level_name(name->level));
	channel->name = *name;
	channel->len = len;
	return transfer_start(&channel->transfer, u->multi, url, headers, data, len,
		lane == LANE_BACKLOG ? u->options.backlog_kib_s * 1024 : 0, e);
}

static int load_and_put(struct collector *c, struct upload *u, enum lane lane, const struct spool_name *name,
	struct err *e)
{
	uint8_t digest[SEGMENT_DIGEST], *data;
	size_t len;
	int rc = spool_load(u->spool, name, &data, &len, digest, e);

	return rc < 0 ? rc : put_segment(c, u, lane, name, data, len, digest, e);
}

/* The next that is still there. */
static void send_next(struct collector *c, struct upload *u, enum lane lane, int64_t now_ms)
{
	struct channel_state *channel = &c->channels[lane];
	const struct spool_file *file;

	while (!channel->transfer.busy && (file = lanes_next(&c->lanes, lane))) {
		struct err why = {""};
		int rc = may_go(c, &file->name, now_ms) ? load_and_put(c, u, lane, &file->name, &why) : 0;

		if (rc < 0 && rc != -ENOENT)
			u->trouble = why;
	}
	if (channel->transfer.busy && lane == LANE_BACKLOG)
		channel->from_ms = now_ms + lanes_pause_ms(channel->len, u->options.backlog_kib_s);
}

/* --- what is due --- */

static enum work work_of(enum channel channel)
{
	return channel == CHANNEL_HEARTBEAT ? WORK_HEARTBEAT : WORK_SEGMENTS;
}

/* After a failure one lane tries alone. */
static bool must_wait(const struct collector *c, enum channel channel)
{
	return work_of(channel) == WORK_SEGMENTS && c->work[WORK_SEGMENTS].retry.failures > 0 &&
	       c->channels[channel == CHANNEL_LIVE ? CHANNEL_BACKLOG : CHANNEL_LIVE].transfer.busy;
}

static int64_t channel_due_ms(const struct collector *c, enum channel channel)
{
	const int64_t from_ms = c->channels[channel].from_ms;
	const int64_t until_ms = c->work[work_of(channel)].retry.until_ms;

	if (c->channels[channel].transfer.busy || must_wait(c, channel) ||
		(channel < CHANNEL_HEARTBEAT && lanes_is_empty(&c->lanes, (enum lane)channel)))
		return INT64_MAX;
	return from_ms > until_ms ? from_ms : until_ms;
}

int64_t collector_due_ms(const struct collector *c)
{
	int64_t due_ms = INT64_MAX;

	for (int i = 0; i < CHANNEL_COUNT; i++) {
		int64_t this_ms = channel_due_ms(c, (enum channel)i);

		due_ms = this_ms < due_ms ? this_ms : due_ms;
	}
	return due_ms;
}

static void send_heartbeat(struct collector *c, struct upload *u, int64_t now_ms)
{
	static const char *const headers[] = {"Content-Type: application/json", NULL};
	struct channel_state *channel = &c->channels[CHANNEL_HEARTBEAT];
	char url[UPLOAD_URL_MAX + WIRE_PATH_MAX];
	struct buf body = {.max = WIRE_HEARTBEAT_MAX};

	channel->from_ms = now_ms + (int64_t)u->options.heartbeat_s * SECOND_MS;
	heartbeat_make(c, u, &body);
	snprintf(url, sizeof(url), "%s" WIRE_HEARTBEAT, c->url);
	if (body.failed)
		buf_done(&body);
	else if (transfer_start(&channel->transfer, u->multi, url, headers, (uint8_t *)body.data, body.len, 0,
			 &u->trouble) < 0)
		upload_say(c, "troubled", u->trouble.text);
}

void collector_work(struct collector *c, struct upload *u, int64_t now_ms)
{
	for (int i = 0; i < LANE_COUNT; i++)
		if (channel_due_ms(c, (enum channel)i) <= now_ms)
			send_next(c, u, (enum lane)i, now_ms);
	if (channel_due_ms(c, CHANNEL_HEARTBEAT) <= now_ms)
		send_heartbeat(c, u, now_ms);
}

/* --- what was answered --- */

static void succeed(struct collector *c, enum work work)
{
	struct work_state *state = &c->work[work];

	if (state->trouble[0])
		upload_say(c, work == WORK_SEGMENTS ? "sending" : "heard", "");
	*state = (struct work_state){0};
}

/* Said when it begins, or is another kind of trouble. */
static void fail(struct collector *c, struct upload *u, enum work work, const struct transfer_end *end)
{
	struct work_state *state = &c->work[work];
	const int64_t longest_ms = (int64_t)u->options.longest_retry_s * SECOND_MS;
	const bool forbidden = end->status == WIRE_FORBIDDEN, is_new = !state->trouble[0] || forbidden != state->forbidden;

	if (forbidden)
		retry_forbidden(&state->retry, upload_now_ms(), longest_ms, upload_random());
	else
		retry_failed(&state->retry, upload_now_ms(), end->asked_s, longest_ms, upload_random());
	snprintf(state->trouble, sizeof(state->trouble), "%s", end->error);
	state->troubled_s = time(NULL);
	state->forbidden = forbidden;
	if (is_new)
		upload_say(c, forbidden ? "forbidden" : "troubled", state->trouble);
}

static void hold(struct collector *c, struct upload *u, const struct spool_name *name)
{
	c->held[c->held_next] = (struct held){
		.name = *name, .until_ms = upload_now_ms() + (int64_t)u->options.longest_retry_s * SECOND_MS};
	c->held_next = (c->held_next + 1) % HELD_MAX;
}

static void done_with(struct collector *c, struct upload *u, const struct spool_name *name)
{
	taken_add(&c->taken, name);
	upload_settle(u, name);
}

static void refuse(struct collector *c, struct upload *u, const struct channel_state *channel,
	const uint8_t *body, const struct transfer_end *end)
{
	char reason[1024], name[SPOOL_NAME_MAX];

	snprintf(reason, sizeof(reason), "%s: %s", c->url, end->error);
	if (spool_reject(u->spool, &channel->name, body, channel->len, reason, &u->trouble) < 0) {
		hold(c, u, &channel->name);
		return;
	}
	c->refused++;
	snprintf(reason, sizeof(reason), "%s: %s", spool_name_print(&channel->name, name), end->error);
	upload_say(c, "refused", reason);
	(void)!spool_bound_rejected(u->spool, u->options.rejected_bytes_max, &u->rejected, &u->trouble);
	done_with(c, u, &channel->name);
}

static void segment_ended(struct collector *c, struct upload *u, const struct channel_state *channel,
	const uint8_t *body, const struct transfer_end *end)
{
	switch (answer_of(end->status, channel->name.level)) {
	case ANSWER_TAKEN:
		succeed(c, WORK_SEGMENTS);
		c->sent++;
		c->sent_bytes += channel->len;
		done_with(c, u, &channel->name);
		break;
	case ANSWER_REFUSED:
		succeed(c, WORK_SEGMENTS);
		refuse(c, u, channel, body, end);
		break;
	case ANSWER_LATER:
		if (end->had_begun && !answer_is_general(end->status))
			hold(c, u, &channel->name);
		/* fall through */
	case ANSWER_FORBIDDEN:
		fail(c, u, WORK_SEGMENTS, end);
		u->again_ms = 0;
	}
}

static void heartbeat_ended(struct collector *c, struct upload *u, const struct transfer_end *end)
{
	if (end->status != WIRE_OK) {
		fail(c, u, WORK_HEARTBEAT, end);
		return;
	}
	succeed(c, WORK_HEARTBEAT);
	heartbeat_take(c, &c->channels[CHANNEL_HEARTBEAT].transfer.answer);
}

void collector_ended(struct collector *c, struct upload *u, enum channel channel, CURLcode code)
{
	struct channel_state *state = &c->channels[channel];
	AUTO(free) uint8_t *body = TAKE(state->transfer.body);
	struct transfer_end end = transfer_end(&state->transfer, u->multi, code);

	if (end.status > 0)
		c->answered_s = time(NULL);
	if (channel == CHANNEL_HEARTBEAT)
		heartbeat_ended(c, u, &end);
	else
		segment_ended(c, u, state, body, &end);
	u->stale = true;
}
