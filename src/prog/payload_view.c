#include "prog/payload_view.h"

#include "base/text.h"
#include "base/zone.h"
#include "decode/service.h"
#include "prog/archive.h"
#include "prog/scrub.h"
#include "proto/summary.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

enum { SCRATCH_SIZE = 64 << 10 };

/* --- making them --- */

struct maker {
	struct prog *prog;
	struct anonymiser *anonymiser; /* NULL: addresses stay */
	struct scratch scratch;        /* its memory is owned */
};

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* The store's key, so that an address becomes the same each time; with a server and no archive one for this answer. */
static int make_key(const struct prog *p, uint8_t key[ANONYMISE_KEY_SIZE], struct err *e)
{
	struct archive archive;
	const char *folder = store_folder(p->store);

	archive_of(p, &archive);
	if (folder || archive.folder[0])
		return anonymise_key(folder ? folder : archive.folder, key, e);
	if (getrandom(key, ANONYMISE_KEY_SIZE, 0) != ANONYMISE_KEY_SIZE)
		return err_set(e, EIO, TR("the system gives no random numbers", "乱数を得られません"));
	return 0;
}

static int maker_init(struct maker *m, struct prog *p, bool reveal, struct err *e)
{
	uint8_t key[ANONYMISE_KEY_SIZE];

	*m = (struct maker){.prog = p, .scratch = {.data = malloc(SCRATCH_SIZE), .size = SCRATCH_SIZE}};
	if (!m->scratch.data)
		return no_memory(e);
	int rc = reveal ? 0 : make_key(p, key, e);
	return rc < 0 || reveal ? rc : anonymiser_new(key, &m->anonymiser, e);
}

static void maker_done(struct maker *m)
{
	anonymiser_free(m->anonymiser);
	free(m->scratch.data);
}

/* The protocol and port that the payload came to most often. */
static struct proto_payload payload_of(const struct payload_view *view)
{
	const struct dictionary_entry *entry = view->entry;
	struct proto_payload ret = {.bytes = {view->bytes, entry->kept}};
	uint32_t service;

	if (entry->service_count == 0 || !service_parse(entry->services[0].key, &service))
		return ret;
	ret.ip_protocol = service_protocol(service);
	ret.dport = service_number(service);
	return ret;
}

static bool make_view(struct maker *m, struct payload_view *view)
{
	size_t len = view->entry->kept;
	AUTO(buf_done) struct buf line = {0};

	view->bytes = malloc(len + 1);
	if (!view->bytes)
		return false;
	if (len)
		memcpy(view->bytes, view->entry->bytes, len);
	if (m->anonymiser)
		scrub(m->anonymiser, &m->prog->plant, NULL, view->entry->bytes, view->bytes, 0, len);
	view->scrubbed = len && memcmp(view->bytes, view->entry->bytes, len) != 0;
	struct proto_payload payload = payload_of(view);
	view->proto = proto_guess(payload.ip_protocol, payload.sport, payload.dport, payload.bytes);
	m->scratch.used = 0;
	if (len)
		proto_summary(&payload, &m->scratch, &line);
	view->summary = line.failed ? NULL : strdup(buf_str(&line));
	return view->summary;
}

static int make_views(struct prog *p, bool reveal, struct payload_views *v, struct err *e)
{
	struct maker m;
	int rc = maker_init(&m, p, reveal, e);

	v->list = calloc(v->count + 1, sizeof(*v->list));
	if (rc == 0 && !v->list)
		rc = no_memory(e);
	for (size_t i = 0; rc == 0 && i < v->count; i++) {
		v->list[i].entry = &v->entries[i];
		if (!make_view(&m, &v->list[i]))
			rc = no_memory(e);
	}
	maker_done(&m);
	return rc;
}

int payload_views_make(struct prog *p, const struct question *q, const char *const *hashes, size_t count, bool reveal,
	struct payload_views *ret, struct err *e)
{
	const struct analysis a = {.store = p->store, .plant = &p->plant, .now_s = p->now_s};
	int rc = dictionary_get(&a, q, hashes, count, &ret->entries, e);

	ret->count = rc < 0 ? 0 : count;
	return rc < 0 ? rc : make_views(p, reveal, ret, e);
}

int payload_views_of(
	struct prog *p, const struct question *q, const struct top *top, struct payload_views *ret, struct err *e)
{
	AUTO(free) const char **hashes = calloc(top->count + 1, sizeof(*hashes));

	if (!hashes)
		return no_memory(e);
	for (size_t i = 0; i < top->count; i++)
		hashes[i] = top->rows[i].key;
	return payload_views_make(p, q, hashes, top->count, false, ret, e);
}

void payload_views_done(struct payload_views *v)
{
	for (size_t i = 0; v->list && i < v->count; i++) {
		free(v->list[i].bytes);
		free(v->list[i].summary);
	}
	free(v->list);
	dictionary_free(v->entries, v->count);
	*v = (struct payload_views){0};
}

/* --- showing them --- */

static void add_services(const struct dictionary_entry *entry, struct buf *out)
{
	for (size_t i = 0; i < entry->service_count; i++)
		buf_printf(out, "%s%s", i ? " " : "", entry->services[i].key);
	if (entry->all_services > entry->service_count)
		buf_printf(out, TR(" + %" PRIu64, " 他 %" PRIu64), entry->all_services - entry->service_count);
}

static bool is_known(const struct payload_view *view)
{
	return view->entry->first_s > 0;
}

static void add_minute(struct table *t, int64_t time_s)
{
	struct civil c = civil_of(time_s);

	table_cellf(t, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

void payload_view_head(struct table *t)
{
	table_cell(t, TR("services", "宛先ポート"));
	table_cell(t, TR("first seen", "初検知"));
	table_cell(t, TR("last seen", "最終検知"));
	table_cell(t, TR("protocol", "プロトコル"));
	table_cell(t, TR("tags", "タグ"));
	table_cell(t, TR("what it asks", "内容"));
}

void payload_view_cells(struct table *t, const struct payload_view *view)
{
	AUTO(buf_done) struct buf services = {0};

	if (!view) {
		for (int i = 0; i < PAYLOAD_COLUMNS; i++)
			table_cell(t, "");
		return;
	}
	add_services(view->entry, &services);
	table_cell(t, buf_str(&services));
	if (is_known(view)) {
		add_minute(t, view->entry->first_s);
		add_minute(t, view->entry->last_s);
	} else {
		table_cell(t, "");
		table_cell(t, "");
	}
	table_cell(t, view->proto == PROTO_none ? "" : proto_name(view->proto));
	table_cell(t, view->entry->tags);
	table_cell(t, view->summary);
}

static void json_time(struct json *j, const char *key, const struct payload_view *view, int64_t time_s)
{
	char text[ZONE_TEXT_SIZE];

	if (is_known(view))
		json_text(j, key, zone_print(time_s, text));
	else
		json_null(j, key);
}

static void json_tags(struct json *j, const char *tags)
{
	json_open(j, "tags", '[');
	while (*tags) {
		size_t len = strcspn(tags, " ");
		AUTO(free) char *tag = strndup(tags, len);

		if (len && tag)
			json_text(j, NULL, tag);
		tags += len + (tags[len] == ' ');
	}
	json_close(j, ']');
}

void payload_view_json(struct json *j, const struct payload_view *view)
{
	const struct dictionary_entry *entry = view->entry;

	json_u64(j, "length", entry->length);
	json_time(j, "first_seen", view, entry->first_s);
	json_time(j, "last_seen", view, entry->last_s);
	json_text(j, "protocol", proto_name(view->proto));
	json_text(j, "summary", view->summary);
	json_tags(j, entry->tags);
	json_bool(j, "scrubbed", view->scrubbed);
	json_u64(j, "service_count", entry->all_services);
	json_open(j, "services", '[');
	for (size_t i = 0; i < entry->service_count; i++) {
		json_open(j, NULL, '{');
		json_text(j, "key", entry->services[i].key);
		json_u64(j, "packets", entry->services[i].packets);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void payload_view_csv_head(struct buf *out)
{
	buf_text(out, ",services,service_count,first_seen,last_seen,protocol,tags,summary,length");
}

static void csv_time(struct buf *out, const struct payload_view *view, int64_t time_s)
{
	char text[ZONE_TEXT_SIZE];

	buf_printf(out, ",%s", is_known(view) ? zone_print(time_s, text) : "");
}

void payload_view_csv(struct buf *out, const struct payload_view *view)
{
	const struct dictionary_entry *entry = view->entry;

	buf_char(out, ',');
	for (size_t i = 0; i < entry->service_count; i++)
		buf_printf(out, "%s%s", i ? " " : "", entry->services[i].key);
	buf_printf(out, ",%" PRIu64, entry->all_services);
	csv_time(out, view, entry->first_s);
	csv_time(out, view, entry->last_s);
	buf_printf(out, ",%s,", proto_name(view->proto));
	buf_csv(out, entry->tags);
	buf_char(out, ',');
	buf_csv(out, view->summary);
	buf_printf(out, ",%" PRIu32, entry->length);
}
