#include "synth/emit.h"

#include "base/text.h"
#include "capture/writer.h"
#include "synth/craft.h"
#include "synth/seen.h"

#include <errno.h>
#include <string.h>

struct emitter {
	const struct scenario *scenario;
	const struct plan *plan;
	const char *folder;
	uint64_t seed;
	struct emitted *ret;
	struct seen *seen; /* payloads */
	struct crafted *frame;
};

/* One file's items. */
struct run {
	const struct item *items;
	size_t count;
	size_t period;
	uint16_t sensor;
};

static int by_file(const void *pa, const void *pb, void *context)
{
	const struct item *a = pa, *b = pb;
	const struct plan *plan = context;
	uint16_t sensor_a = plan->targets[a->target].sensor,
		 sensor_b = plan->targets[b->target].sensor;

	if (sensor_a != sensor_b)
		return sensor_a < sensor_b ? -1 : 1;
	if (a->ts_ns != b->ts_ns)
		return a->ts_ns < b->ts_ns ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static int write_item(struct emitter *m, struct capture_writer *w, const struct item *item,
	struct random *r, struct emitted_file *file, struct err *e)
{
	struct crafted *c = m->frame;

	craft(m->scenario, m->plan, item, r, c);
	struct frame frame = {.ts_ns = item->ts_ns,
		.data = c->bytes,
		.cap_len = (uint32_t)c->cap_len,
		.wire_len = (uint32_t)c->wire_len,
		.link_type =
			m->scenario->captures[m->plan->targets[item->target].sensor].link_type};
	file->frames++;
	m->ret->extra[item->extra]++;
	if (item->extra == EXTRA_left_sensor)
		m->ret->martians +=
			sources_is_martian(addr_v4(&m->plan->targets[item->target].addr));
	if (item->extra == EXTRA_none) {
		file->accesses++;
		m->ret->odd[item->odd] += item->odd != ODD_KIND_time_backwards;
		if (c->payload_len > 0 && seen_add(m->seen, c->payload, c->payload_len) < 0)
			return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	}
	return writer_add(w, &frame, e);
}

/* An item that is to come late changes places with the one after it. */
static bool comes_late(const struct run *run, size_t i)
{
	const struct item *item = &run->items[i];

	return item->odd == ODD_KIND_time_backwards && i + 1 < run->count &&
	       item[1].ts_ns > item->ts_ns;
}

static int write_run(struct emitter *m, struct capture_writer *w, const struct run *run,
	struct emitted_file *file, struct err *e)
{
	struct random r = random_of(m->seed, 1000 + run->period * PLANT_MAX + run->sensor);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < run->count; i++) {
		if (comes_late(run, i)) {
			rc = write_item(m, w, &run->items[i + 1], &r, file, e);
			if (rc == 0)
				rc = write_item(m, w, &run->items[i], &r, file, e);
			m->ret->odd[ODD_KIND_time_backwards]++;
			i++;
		} else {
			rc = write_item(m, w, &run->items[i], &r, file, e);
		}
	}
	return rc;
}

static char *file_path(const struct emitter *m, const struct run *run)
{
	const struct scenario *s = m->scenario;
	char *path;
	int rc = asprintf(&path, "captures/%s-%s.%s%s", s->plant.sensors[run->sensor].name,
		s->period_names[run->period], s->captures[run->sensor].pcapng ? "pcapng" : "pcap",
		s->compression);

	return rc < 0 ? NULL : path;
}

static int write_file(struct emitter *m, const struct run *run, struct err *e)
{
	const struct scenario_capture *capture = &m->scenario->captures[run->sensor];
	struct emitted_file *file = &m->ret->files[m->ret->file_count++];
	AUTO(writer_close) struct capture_writer *w = NULL;
	AUTO(free) char *path = NULL;

	file->path = file_path(m, run);
	if (!file->path || asprintf(&path, "%s/%s", m->folder, file->path) < 0) {
		path = NULL;
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	}
	int rc = writer_open(
		path, capture->pcapng ? WRITER_PCAPNG : WRITER_PCAP_NS, capture->link_type, &w, e);
	if (rc < 0 || (rc = write_run(m, w, run, file, e)) < 0)
		return rc;
	return writer_commit(w, e);
}

static int write_period(struct emitter *m, struct plan *plan, size_t p, struct err *e)
{
	struct items *items = &plan->periods[p];

	qsort_r(items->list, items->count, sizeof(*items->list), by_file, plan);
	for (size_t i = 0, n; i < items->count; i += n) {
		struct run run = {.items = &items->list[i],
			.period = p,
			.sensor = plan->targets[items->list[i].target].sensor};
		for (n = 1; i + n < items->count &&
			    plan->targets[items->list[i + n].target].sensor == run.sensor;
			n++)
			;
		run.count = n;
		int rc = write_file(m, &run, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int emit(const struct scenario *s, struct plan *plan, const char *folder, uint64_t seed,
	struct emitted *ret, struct err *e)
{
	AUTO(free) struct crafted *frame = calloc(1, sizeof(*frame));
	AUTO(seen_free) struct seen *seen = seen_new();
	int rc = 0;

	*ret = (struct emitted){.files = calloc(PERIODS * s->plant.count, sizeof(*ret->files))};
	if (!frame || !seen || !ret->files)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	struct emitter m = {.scenario = s,
		.plan = plan,
		.folder = folder,
		.seed = seed,
		.ret = ret,
		.seen = seen,
		.frame = frame};
	for (size_t p = 0; rc == 0 && p < PERIODS; p++)
		rc = write_period(&m, plan, p, e);
	if (rc == 0)
		ret->payloads = seen_take(seen, &ret->payload_count);
	return rc;
}

void emitted_done(struct emitted *emitted)
{
	for (size_t i = 0; i < emitted->file_count; i++)
		free(emitted->files[i].path);
	free(emitted->files);
	free(emitted->payloads);
	*emitted = (struct emitted){0};
}
