#include "collect/heartbeat.h"

#include "base/json.h"
#include "base/number.h"
#include "base/text.h"
#include "base/yaml.h"
#include "collect/files.h"
#include "collect/parts.h"
#include "ship/wire.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static void clean_scalar(struct json *j, const struct yaml *node)
{
	uint64_t whole;
	double real;

	if (strcmp(node->text, "null") == 0)
		json_null(j, node->key);
	else if (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0)
		json_bool(j, node->key, node->text[0] == 't');
	else if (number_u64(node->text, 0, UINT64_MAX, &whole))
		json_u64(j, node->key, whole);
	else if (number_double(node->text, -1e300, 1e300, &real))
		json_double(j, node->key, real);
	else
		json_text(j, node->key, node->text);
}

/* As deep as the reader of documents lets it be. */
static void clean(struct json *j, const struct yaml *node)
{
	if (node->kind == YAML_SCALAR) {
		clean_scalar(j, node);
		return;
	}
	json_open(j, node->key, node->kind == YAML_MAP ? '{' : '[');
	for (size_t i = 0; i < node->count; i++)
		clean(j, &node->items[i]);
	json_close(j, node->kind == YAML_MAP ? '}' : ']');
}

int heartbeat_clean(const char *text, size_t len, struct buf *ret, struct err *e)
{
	AUTO(yaml_free) struct yaml *document = NULL;
	struct json j = {.out = ret};
	int rc = yaml_parse(TR("heartbeat", "ハートビート"), text, len, &document, e);

	if (rc < 0 || document->kind != YAML_MAP)
		return err_set(e, EBADMSG, TR("the heartbeat is no JSON object", "ハートビートが JSON オブジェクトではありません"));
	clean(&j, document);
	return ret->failed ? err_set(e, EBADMSG, TR("too long", "長すぎます")) : 0;
}

static int keep(struct collect_request *r, struct err *e)
{
	AUTO(buf_done) struct buf text = {.max = 4 * WIRE_HEARTBEAT_MAX}, status = {.max = 3 * WIRE_HEARTBEAT_MAX};
	char name[SEGMENT_SENSOR_MAX + sizeof(".json")];
	struct json j = {.out = &text};
	int rc = heartbeat_clean(buf_str(&r->body), r->body.len, &status, e);

	if (rc < 0)
		return rc;
	json_open(&j, NULL, '{');
	json_text(&j, "sensor", r->desk->sensor);
	json_u64(&j, "received_s", (uint64_t)r->now_s);
	buf_printf(&text, ",\"status\":%s}\n", buf_str(&status));
	snprintf(name, sizeof(name), "%s.json", r->desk->sensor);
	return files_replace(r->collect->sensors_fd, name, 0640, text.data, text.len, e);
}

static uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void tell(struct collect_request *r, struct json *j)
{
	struct desk *d = r->desk;

	pthread_mutex_lock(&d->lock);
	struct taken_sum sum = d->sum;
	int64_t taken_s = d->taken_s;
	pthread_mutex_unlock(&d->lock);
	json_open(j, NULL, '{');
	if (taken_s)
		json_u64(j, "heard_s", (uint64_t)(r->now_s > taken_s ? r->now_s - taken_s : 0));
	else
		json_null(j, "heard_s");
	json_u64(j, "taken", sum.count);
	json_u64(j, "missing", taken_sum_missing(&sum));
	json_u64(j, "given_up", sum.given_up);
	json_u64(j, "packets", sum.packets);
	json_u64(j, "lost", sum.lost);
	json_u64(j, "clock_ms", clock_ms());
	json_close(j, '}');
	buf_char(j->out, '\n');
}

void heartbeat_answer(struct collect_request *r)
{
	struct json j = {.out = &r->reply.body};
	struct err e = {""};
	int rc = keep(r, &e);

	if (rc == -EBADMSG) {
		collect_decide(r, WIRE_UNUSABLE, 0, "%s", e.text);
	} else if (rc < 0) {
		collect_decide(r, WIRE_UNAVAILABLE, RETRY_SOON_S, "%s", e.text);
	} else {
		r->reply.status = WIRE_OK;
		r->reply.type = "application/json";
		tell(r, &j);
	}
}
