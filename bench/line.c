#include "line.h"

#include "base/settings.h"
#include "base/zone.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static int make_plant(struct plant *plant, struct err *e)
{
	struct prefix prefix;
	int r = -EINVAL;

	if (prefix_parse("198.18.0.0/16", false, &prefix))
		r = plant_add(plant, "load", &prefix, 1, false, e);
	return r < 0 ? r : plant_index(plant, e);
}

/* /16 to /32 of all of IPv4, in 40 groups; always the same ones. */
static int make_groups(struct groups *g, struct err *e)
{
	static const struct group_time always = {INT64_MIN, INT64_MAX};
	uint64_t word = 1;
	char name[16];
	int r = 0;

	for (int i = 0; r >= 0 && i < 4000; i++) {
		word = word * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		struct prefix p = {.bits = (uint8_t)(112 + (word >> 20) % 17)};
		struct addr a = addr_from_v4((uint32_t)(word >> 32));

		p.addr = addr_mask(&a, p.bits);
		snprintf(name, sizeof(name), "group %d", i % 40);
		r = groups_name(g, name, e);
		if (r >= 0)
			r = groups_add_prefix(g, (uint16_t)r, &p, always, e);
	}
	return r < 0 ? r : groups_index(g, e);
}

/* The limits of import, as they are without a configuration. */
static int read_limits(struct flow_limits *ret, struct err *e)
{
	struct settings s;
	int r = settings_init(&s, e);

	if (r >= 0)
		*ret = (struct flow_limits){.rows = s.block_rows,
			.payload_bytes = s.payload_mib << 20,
			.minute_rows = (uint32_t)s.minute_rows,
			.payloads = (uint32_t)s.payloads_max};
	settings_done(&s);
	return r;
}

int line_init(struct line *l, size_t block_rows, struct err *e)
{
	struct flow_limits limits;

	*l = (struct line){0};
	int r = read_limits(&limits, e);

	if (r >= 0)
		r = zone_use("Asia/Tokyo", e);

	if (r >= 0)
		r = make_plant(&l->plant, e);
	if (r >= 0)
		r = geo_open("", "", TEITEN_DEPS, &l->geo, e);
	l->groups = groups_new();
	if (r >= 0)
		r = l->groups ? make_groups(l->groups, e) : err_set(e, ENOMEM, "out of memory");
	if (r < 0)
		return r;
	limits.rows = block_rows ? block_rows : limits.rows;
	l->flow = flow_new(limits);
	l->labels = labels_new(groups_names(l->groups));
	return l->flow && l->labels ? 0 : err_set(e, ENOMEM, "out of memory");
}

void line_done(struct line *l)
{
	flow_free(l->flow);
	labels_free(l->labels);
	groups_free(l->groups);
	geo_close(l->geo);
	plant_done(&l->plant);
}

bool line_access(struct line *l, const struct frame *frame, struct access *ret)
{
	struct packet packet;

	decode_frame(frame, false, &packet);
	if (observe(&l->plant, -1, l->labels, &packet, ret) != VERDICT_ACCESS)
		return false;
	struct place place = geo_find(l->geo, &ret->src);
	ret->asn = place.asn;
	memcpy(ret->country, place.country, sizeof(ret->country));
	ret->group = groups_find(l->groups, &ret->src, ret->asn, ret->ts_ns);
	return true;
}

int line_blocks(struct line *l, const char *path,
	int (*take)(void *context, const struct block *block, struct err *e), void *context,
	struct err *e)
{
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	AUTO(capture_close) struct capture *c = NULL;
	struct access access;
	int r = batch ? capture_open(path, 0, &c, e) : err_set(e, ENOMEM, "out of memory");

	flow_begin(l->flow);
	while (r >= 0 && (r = capture_read(c, batch, e)) > 0) {
		for (size_t i = 0; r >= 0 && i < batch->count; i++) {
			if (line_access(l, &batch->frames[i], &access))
				flow_add(l->flow, &access);
			if (!flow_is_full(l->flow))
				continue;
			r = take(context, flow_block(l->flow), e);
			flow_clear(l->flow);
		}
	}
	return r < 0 ? r : take(context, flow_block(l->flow), e);
}

double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return (values[(count - 1) / 2] + values[count / 2]) / 2;
}
