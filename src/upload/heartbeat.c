/* What a heartbeat says, what comes back, and what both are for: the status. */
#include <string.h>
#include <time.h>

#include "base/yaml.h"
#include "upload/upload_parts.h"

static const char *const known_keys[KNOWN_COUNT] = {
#define X(key, what) #key,
	WIRE_HEARD_KEYS(X)
#undef X
};

const char *heartbeat_known_key(enum known known)
{
	return known_keys[known];
}

/* What waits for this collector, and how it went. */
static void put_figures(const struct collector *c, struct json *j)
{
	json_u64(j, "waiting", c->lanes.seen);
	json_u64(j, "waiting_bytes", c->lanes.seen_bytes);
	json_u64(j, "oldest_s", (uint64_t)c->lanes.oldest_s);
	json_u64(j, "newest_s", (uint64_t)c->lanes.newest_s);
	json_u64(j, "sent", c->sent);
	json_u64(j, "sent_bytes", c->sent_bytes);
	json_u64(j, "refused", c->refused);
}

void heartbeat_make(const struct collector *c, const struct upload *u, struct buf *out)
{
	struct json j = {.out = out};

	json_open(&j, NULL, '{');
	json_text(&j, "sensor", u->options.sensor);
	json_u64(&j, "sent_s", (uint64_t)time(NULL));
	u->options.tell(u->options.context, &j);
	json_open(&j, "upload", '{');
	json_u64(&j, "started_s", (uint64_t)u->started_s);
	json_u64(&j, "identity_until_s", (uint64_t)u->identity.until_s);
	json_u64(&j, "rejected", u->rejected);
	json_text(&j, "trouble", u->trouble.text);
	put_figures(c, &j);
	json_close(&j, '}');
	json_close(&j, '}');
	buf_char(out, '\n');
}

/* Whatever it is that came back; what cannot be read as a number is not known. */
void heartbeat_take(struct collector *c, const struct buf *answer)
{
	AUTO(yaml_free) struct yaml *map = NULL;
	struct err unused = {""};

	if (answer->len == 0 || yaml_parse("answer", answer->data, answer->len, &map, &unused) < 0)
		return;
	for (int i = 0; i < KNOWN_COUNT; i++) {
		const struct yaml *node = yaml_get(map, known_keys[i]);
		struct err none = {""};
		uint64_t value = 0;

		c->known[i] = node && yaml_u64(node, 0, INT64_MAX, &value, &none) == 0 ? (int64_t)value : -1;
	}
	c->known_s = time(NULL);
}

/* --- the status --- */

static const char *const work_names[WORK_COUNT] = {"segments", "heartbeat"};

static void put_work(const struct collector *c, enum work work, int64_t now_ms, struct json *j)
{
	const struct work_state *state = &c->work[work];
	const int64_t wait_ms = state->retry.until_ms - now_ms;

	json_open(j, work_names[work], '{');
	json_u64(j, "failures", state->retry.failures);
	json_u64(j, "wait_s", wait_ms > 0 ? (uint64_t)wait_ms / 1000 : 0);
	json_bool(j, "forbidden", state->forbidden);
	json_u64(j, "troubled_s", (uint64_t)state->troubled_s);
	json_text(j, "trouble", state->trouble);
	json_close(j, '}');
}

static void put_known(const struct collector *c, struct json *j)
{
	json_open(j, "known", '{');
	for (int i = 0; i < KNOWN_COUNT; i++)
		if (c->known_s && c->known[i] >= 0)
			json_u64(j, known_keys[i], (uint64_t)c->known[i]);
	json_close(j, '}');
}

static void put_collector(const struct collector *c, int64_t now_ms, struct json *j)
{
	json_open(j, NULL, '{');
	json_text(j, "url", c->url);
	json_u64(j, "answered_s", (uint64_t)c->answered_s);
	json_u64(j, "known_s", (uint64_t)c->known_s);
	put_known(c, j);
	put_figures(c, j);
	for (int i = 0; i < WORK_COUNT; i++)
		put_work(c, (enum work)i, now_ms, j);
	json_close(j, '}');
}

int upload_status(struct upload *u, struct err *e)
{
	AUTO(buf_done) struct buf text = {0};
	struct json j = {.out = &text};

	json_open(&j, NULL, '{');
	json_u64(&j, "pid", (uint64_t)getpid());
	json_u64(&j, "started_s", (uint64_t)u->started_s);
	json_u64(&j, "written_s", (uint64_t)time(NULL));
	json_u64(&j, "identity_until_s", (uint64_t)u->identity.until_s);
	json_u64(&j, "rejected", u->rejected);
	json_text(&j, "trouble", u->trouble.text);
	json_open(&j, "collectors", '[');
	for (size_t i = 0; i < u->options.collector_count; i++)
		put_collector(&u->collectors[i], upload_now_ms(), &j);
	json_close(&j, ']');
	json_close(&j, '}');
	buf_char(&text, '\n');
	return spool_write_text(u->spool, "status-upload.json", text.data, text.len, e);
}
