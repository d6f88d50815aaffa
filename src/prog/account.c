#include "prog/account.h"

#include "base/text.h"
#include "capture/oddity.h"
#include "prog/head.h"

#include <errno.h>

enum { CLOCK_TOLERANCE_S = 86400, CLOCK_STEP_S = 60 };

int account_begin(struct account *a, struct intake_result *result, const struct matching *m,
	int64_t now_s, struct err *e)
{
	*a = (struct account){
		.result = result, .now_s = now_s, .covered = {INT64_MAX, INT64_MIN}};
	a->sensor_packets = calloc(m->plant->count + 1, sizeof(*a->sensor_packets));
	return a->sensor_packets
		       ? 0
		       : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

void account_done(struct account *a)
{
	free(a->sensor_packets);
	*a = (struct account){0};
}

/* A record without bytes says nothing of time: zeros at the end of a file read as such. */
static inline void note_time(struct account *a, const struct frame *frame)
{
	struct segment *s = &a->result->segment;
	int64_t ts_s = floor_s(frame->ts_ns);

	if (frame->cap_len == 0)
		return;
	s->first_s = !a->has_time || ts_s < s->first_s ? ts_s : s->first_s;
	s->last_s = !a->has_time || ts_s > s->last_s ? ts_s : s->last_s;
	a->has_time = true;
	/* a clock that runs ahead of ours must not make a capture look long */
	if (frame->odds & ODD_BIT(time_range) || ts_s > a->now_s + CLOCK_TOLERANCE_S)
		return;
	a->covered.from_s = ts_s < a->covered.from_s ? ts_s : a->covered.from_s;
	a->covered.to_s = ts_s > a->covered.to_s ? ts_s : a->covered.to_s;
}

static inline void note_odds(struct intake_result *r, uint32_t odds)
{
	r->segment.frames++;
	r->segment.oddities += odds != 0;
	for (uint32_t rest = odds; rest; rest &= rest - 1)
		r->odds[__builtin_ctz(rest)]++;
}

static inline void note_verdict(struct segment *s, enum verdict verdict)
{
	s->accesses += verdict == VERDICT_ACCESS;
	s->not_ip += verdict == VERDICT_NOT_IP;
	s->left_sensor += verdict == VERDICT_LEFT_SENSOR;
	s->no_sensor += verdict == VERDICT_NO_SENSOR;
	s->out_of_service += verdict == VERDICT_OUT_OF_SERVICE;
}

void account_frame(
	struct account *a, const struct frame *frame, uint32_t odds, enum verdict verdict)
{
	note_time(a, frame);
	note_odds(a->result, odds);
	note_verdict(&a->result->segment, verdict);
}

void account_observed(struct account *a, int64_t from_ns, int64_t to_ns)
{
	int64_t from_s = floor_s(from_ns), to_s = floor_s(to_ns);

	if (from_ns <= 0 || to_ns <= from_ns || to_s > a->now_s + CLOCK_TOLERANCE_S)
		return;
	if (a->covered.from_s <= a->covered.to_s && (a->covered.from_s + CLOCK_STEP_S < from_s ||
						     a->covered.to_s > to_s + CLOCK_STEP_S))
		return;
	a->covered.from_s = from_s < a->covered.from_s ? from_s : a->covered.from_s;
	a->covered.to_s = to_s > a->covered.to_s ? to_s : a->covered.to_s;
}

/* A capture is evidence for a sensor when it was taken for it or holds something of it. */
static bool is_evidence(const struct account *a, const struct matching *m, size_t sensor)
{
	return m->only >= 0 ? (size_t)m->only == sensor : a->sensor_packets[sensor] > 0;
}

int account_coverage(const struct account *a, const struct matching *m, struct coverage **ret,
	struct err *e)
{
	const struct plant *plant = m->plant;
	AUTO(free) struct coverage *coverage = calloc(plant->count + 1, sizeof(*coverage));
	int count = 0;

	if (!coverage)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < plant->count && a->covered.from_s <= a->covered.to_s; i++) {
		struct coverage *c = &coverage[count];

		if (!is_evidence(a, m, i))
			continue;
		*c = (struct coverage){.from_s = a->covered.from_s,
			.to_s = a->covered.to_s + 1,
			.packets = a->sensor_packets[i],
			.addresses = plant->sensors[i].addresses,
			.inferred = plant->sensors[i].inferred};
		snprintf(c->sensor, sizeof(c->sensor), "%s", plant->sensors[i].name);
		count++;
	}
	if (count == 1)
		coverage[0].dropped = a->result->segment.dropped;
	*ret = TAKE(coverage);
	return count;
}
